'use strict';
// What a refusal looks like on the wire.

const { pageOf } = require('./page.js');
const { reads } = require('./request.js');

const LANGUAGES = ['ko', 'en'];

/** Before anything is answered: an answer is about one person, now. */
function prepare(res) {
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Content-Type-Options', 'nosniff');
}

function sendJson(res, status, body) {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(JSON.stringify(body));
}

/** A person who was sent here by a redirect sees this answer; a script that fetched it reads it. */
const wantsPage = (req) => reads(req) && req.accepts?.(['json', 'html']) === 'html';

function answerDenied(req, res, refusal) {
  const { status, code, ko, en, findings } = refusal;
  if (!wantsPage(req)) return sendJson(res, status, { allowed: false, code, ko, en, findings });
  const { html, policy } = pageOf(refusal, req.acceptsLanguages(LANGUAGES) || LANGUAGES[0]);
  res.statusCode = status;
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.setHeader('Content-Security-Policy', policy);
  res.setHeader('Referrer-Policy', 'no-referrer'); // the address holds the id
  res.end(html);
}

/** Answers a refusal, by the application's own function where there is one. */
async function refuse({ onDenied = answerDenied, onError }, req, res, refusal) {
  prepare(res);
  if (refusal.code === 'internal') await onError(refusal.error);
  if (refusal.retryAfter !== undefined) res.setHeader('Retry-After', String(refusal.retryAfter));
  res.statusCode = refusal.status; // a function of the application that forgets it must not say yes
  try {
    await onDenied(req, res, refusal);
  } catch (error) {
    if (!res.headersSent) res.statusCode = 500;
    throw error;
  }
}

module.exports = { prepare, refuse, sendJson };
