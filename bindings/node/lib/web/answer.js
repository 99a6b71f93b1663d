'use strict';
// Sends what the web room answers.

const { InvalidArgument } = require('../index.cjs');
const { web } = require('../native.js');
const { print } = require('./print.js');
const { warnOnce } = require('./warn.js');
const { hintOf, refusalOfError } = require('./refusal.js');

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

function send(res, { status, headers, body }) {
  res.statusCode = status;
  setHeaders(res, headers);
  res.end(body);
}

/** The yes of an application that says nothing of its own. */
const answerAllowed = (_req, res) => sendJson(res, 200, { allowed: true });

const wishesOf = (req, retryUrl) => [req.method, req.headers.accept, req.headers['accept-language'], retryUrl];

/** The same for whoever has signed up with this verification already. */
const answerAgain = (req, res, _decision, retryUrl) => send(res, web.answerAgain(...wishesOf(req, retryUrl)));

/** Only the fields of the refusal, not what the application added to it. */
const answerDenied = (req, res, refusal, retryUrl) => send(res, web.answer(refusal, ...wishesOf(req, retryUrl)));

/** Where the button of a page leads, or undefined. */
async function retryUrlOf({ retryUrl }, req) {
  const url = typeof retryUrl === 'function' ? await retryUrl(req) : retryUrl;
  if (url === undefined || web.isRetryUrl(url)) return url;
  throw new InvalidArgument('invalid_argument', 'the `retryUrl` function must answer a path such as `/sign-up`, or a whole address', {
    parameter: 'retryUrl',
  });
}

/** Where nobody handles what it throws, an `onError` that fails must not end the process or cost the browser its answer. */
const contained = (onError) => async (error) => {
  try {
    await onError(error);
  } catch (thrown) {
    print(error);
    print(thrown);
  }
};

const SILENCE_MS = 10_000;

/** A function that has returned may answer later, by a callback. One that never does must not leave the browser waiting. */
function expectAnswer(settings, req, res, name) {
  if (res.headersSent || res.writableEnded || res.isAnswered || res.closed) return;
  const timer = setTimeout(() => {
    if (res.headersSent) return;
    const message = `\`${name}\` answered nothing within 10 seconds; it must send an answer`;
    refuse(
      { onError: contained(settings.onError) },
      req,
      res,
      refusalOfError(new InvalidArgument('invalid_argument', message, { parameter: name })),
    ).catch(() => res.destroy?.());
  }, SILENCE_MS);
  timer.unref?.();
  res.once('close', () => clearTimeout(timer));
}

/** Answers whoever is allowed, or comes again, by the application's own function where there is one. */
async function welcome(settings, req, res, name, answer, decision) {
  prepare(res);
  await answer(req, res, decision, await retryUrlOf(settings, req));
  expectAnswer(settings, req, res, name);
}

/** Answers a refusal, by the application's own function where there is one. */
async function refuse(settings, req, res, refusal) {
  const { onDenied = answerDenied, onError } = settings;
  setHeaders(res, web.headersOf(refusal));
  // A browser that has gone gets a 503 without an error.
  if (refusal.status >= 500 && refusal.error !== undefined) await onError(refusal.error);
  warnOnce(hintOf(refusal), 'BONIN_FLOW');
  res.statusCode = refusal.status; // so that an application's function that sets no status does not answer 200
  try {
    await onDenied(req, res, refusal, await retryUrlOf(settings, req));
  } catch (error) {
    if (!res.headersSent) res.statusCode = 500;
    throw error;
  }
  expectAnswer(settings, req, res, 'onDenied');
}

module.exports = { answerAgain, answerAllowed, answerDenied, contained, prepare, refuse, sendJson, welcome };
