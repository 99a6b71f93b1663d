'use strict';
// Sends what the web room answers.

const { web } = require('../native.js');

function setHeaders(res, headers) {
  for (const [name, value] of headers) res.setHeader(name, value);
}

/** Called before an answer: an answer is about one person, so it must not be cached. */
const prepare = (res) => setHeaders(res, web.headersOfAll());

function sendJson(res, status, body) {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(JSON.stringify(body));
}

/** The yes of an application that says nothing of its own. */
const answerAllowed = (_req, res) => sendJson(res, 200, { allowed: true });

/** Only the fields of the refusal, not what the application added to it. */
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
  res.statusCode = refusal.status; // so that an application's function that sets no status does not answer 200
  try {
    await onDenied(req, res, refusal);
  } catch (error) {
    if (!res.headersSent) res.statusCode = 500;
    throw error;
  }
}

module.exports = { answerAllowed, answerDenied, prepare, refuse, sendJson };
