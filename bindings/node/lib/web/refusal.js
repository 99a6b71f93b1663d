'use strict';
// Why somebody does not pass, as an application reads it. The words and statuses are the core's, the same in Python.

const { InvalidArgument } = require('../index.cjs');
const { web } = require('../native.js');

const REFUSALS = web.refusals();

/**
 * `{status, code, ko, en, findings}` and what else is known. What is `hidden` is for the application alone: it can be read,
 * but a refusal that is sent, spread or printed does not carry it.
 */
function refusalOf(code, more, hidden = {}) {
  const { status, ko, en } = REFUSALS[code];
  const refusal = { status, code, ko, en, findings: [], ...more };
  for (const name of Object.keys(hidden)) {
    Object.defineProperty(refusal, name, { __proto__: null, value: hidden[name], enumerable: false });
  }
  return refusal;
}

/** Of a request that names no subject, where a flow must have begun here. */
const noCookie = () => refusalOf('denied', { findings: web.noCookie() });

/** Did this subject sign this person up with this verification already? */
const isAgain = ({ code, findings }) => code === 'denied' && web.isAgain(findings);

const told = (findings) => findings.map((one) => ({ ...one, until: one.until?.toISOString() }));

/** Of a verification that is somebody else's there is no decision: it is about its owner. */
function refusalOfDecision(decision) {
  const shown = told(decision.shown);
  const { code, findings } = web.ofDecision(shown, decision.needsGuardian);
  const hidden = web.isForeign(shown) ? {} : { decision };
  if (code === 'internal') hidden.error = new InvalidArgument('invalid_argument', web.hintOf(shown), { parameter: 'policy' });
  return refusalOf(code, { findings }, hidden);
}

/** What an operator should look at, or undefined. */
function hintOf({ code, findings, decision, error }) {
  if (error !== undefined) return undefined;
  if (decision !== undefined) return web.hintOf(told(decision.shown));
  return code === 'denied' ? web.hintOf(findings) : undefined;
}

function refusalOfError(error) {
  const { code, retryAfter, findings } = web.ofError(
    String(error.kind),
    error.retryAfterMs,
    error.httpStatus,
    error.pgCode,
    error.parameter,
    error.request,
  );
  return refusalOf(code, retryAfter === undefined ? { findings } : { findings, retryAfter }, { error });
}

module.exports = { hintOf, isAgain, noCookie, refusalOf, refusalOfDecision, refusalOfError };
