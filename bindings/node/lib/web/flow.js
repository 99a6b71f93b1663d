'use strict';
// The two things a browser comes for: to begin a flow, and to come back from it.

const { InvalidArgument } = require('../index.cjs');
const { FAILED, ID } = require('./api.js');
const { prepare, refuse, sendJson } = require('./answer.js');
const { refusalOf, refusalOfDecision, refusalOfError } = require('./refusal.js');
const { readFields } = require('./request.js');
const { subjectOf } = require('./subject.js');

const nonsense = (name, what) =>
  new InvalidArgument('invalid_argument', `the \`${name}\` function must answer ${what}`, { parameter: name });

/** Who asks. What the application's function throws is the application's; an answer that is nobody is an error. */
async function whoAsks({ subject, begun }, req, res, begins) {
  // Where nothing need be begun here, a browser may come back first.
  if (subject === undefined) return { subject: subjectOf(req, res, begins || !begun) };
  const answer = await subject(req);
  if (typeof answer === 'string' && answer !== '') return { subject: answer };
  return { error: nonsense('subject', 'a text that is not empty') };
}

/** Answers what the browser's script takes. */
async function begin(settings, req, res) {
  const { verifier, channelKey, redirectUrl } = settings;
  prepare(res);
  const asking = await whoAsks(settings, req, res, true);
  if (asking.error !== undefined) return refuse(settings, req, res, refusalOfError(asking.error));
  let flow;
  try {
    flow = verifier.begin(asking.subject, {
      ...(channelKey !== undefined && { channelKey }),
      ...(redirectUrl !== undefined && { redirectUrl }),
    });
  } catch (error) {
    return refuse(settings, req, res, refusalOfError(error));
  }
  sendJson(res, 200, flow.request);
}

/** The decision, the refusal, or undefined when the browser has gone. */
async function judge(settings, req, res) {
  const { api, verifier, begun, expect } = settings;
  const { fields, code, error, gone } = await readFields(req);
  if (gone) return {};
  if (code !== undefined) return { refusal: refusalOf(code) };
  if (error !== undefined) return { refusal: refusalOfError(error) };
  if (FAILED[api](fields)) return { refusal: refusalOf('not_finished') };
  const id = Object.hasOwn(fields, ID[api]) ? fields[ID[api]] : undefined;
  if (typeof id !== 'string') return { refusal: refusalOf('invalid_id') };
  const asking = await whoAsks(settings, req, res, false);
  if (asking.error !== undefined) return { refusal: refusalOfError(asking.error) };
  const expected = expect === undefined ? {} : await expect(req);
  // Nothing must not come to mean that anything will do.
  if (expected === undefined) return { refusal: refusalOfError(nonsense('expect', 'an object')) };
  try {
    const decision = await verifier.verify(id, { subject: asking.subject, expect: expected, begun });
    return decision.allowed === true ? { decision } : { refusal: refusalOfDecision(decision) };
  } catch (mistake) {
    return { refusal: refusalOfError(mistake) };
  }
}

/** The decision, if it is yes. Anything else was answered already. */
async function passes(settings, req, res) {
  const { decision, refusal } = await judge(settings, req, res);
  if (refusal !== undefined) await refuse(settings, req, res, refusal);
  else if (decision !== undefined) prepare(res);
  return decision;
}

module.exports = { begin, passes };
