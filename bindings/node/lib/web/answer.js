'use strict';
// What the browser is told.

const { web } = require('../native.js');

function setHeaders(res, headers) {
  for (const [name, value] of headers) res.setHeader(name, value);
}

/** Before anything is answered: an answer is about one person, now. */
const prepare = (res) => setHeaders(res, web.headersOfAll());

function sendJson(res, status, body) {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(JSON.stringify(body));
}

/** Of a refusal, and of nothing that the application added to it. */
function answerDenied(req, res, refusal) {
  const { status, headers, body } = web.answer(refusal, req.method, req.headers.accept, req.headers['accept-language']);
  res.statusCode = status;
  setHeaders(res, headers);
  res.end(body);
}

/** Answers a refusal, by the application's own function where there is one. */
async function refuse({ onDenied = answerDenied, onError }, req, res, refusal) {
  setHeaders(res, web.headersOf(refusal));
  if (refusal.code === 'internal') await onError(refusal.error);
  res.statusCode = refusal.status; // a function of the application that forgets it must not say yes
  try {
    await onDenied(req, res, refusal);
  } catch (error) {
    if (!res.headersSent) res.statusCode = 500;
    throw error;
  }
}

module.exports = { prepare, refuse, sendJson };
