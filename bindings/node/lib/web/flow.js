'use strict';
// A browser begins a flow, and comes back from it.

const { InvalidArgument } = require('../index.cjs');
const { web } = require('../native.js');
const { prepare, refuse, sendJson } = require('./answer.js');
const { refusalOf, refusalOfDecision, refusalOfError } = require('./refusal.js');
const { readId } = require('./request.js');
const { subjectOf } = require('./subject.js');

const nonsense = (name, what) => {
  const message = `the \`${name}\` function must answer ${what}`;
  return { refusal: refusalOfError(new InvalidArgument('invalid_argument', message, { parameter: name })) };
};

/** `{subject}`, or `{refusal}`. What the application's function throws is the application's. */
async function whoAsks({ subject, begun }, req, res, begins) {
  // Where a flow need not begin here, a browser may come back without a cookie.
  if (subject === undefined) return { subject: subjectOf(req, res, begins || !begun) };
  const answer = await subject(req);
  return typeof answer === 'string' && answer !== '' ? { subject: answer } : nonsense('subject', 'a text that is not empty');
}

/** Answers with the request for PortOne's script. */
async function begin(settings, req, res) {
  const { verifier, channelKey, redirectUrl, allowedOrigins } = settings;
  prepare(res);
  // Before a new cookie could replace the old one.
  const { 'sec-fetch-site': site, origin, host } = req.headers;
  if (web.isCrossSite(site, origin, host, allowedOrigins)) return refuse(settings, req, res, refusalOf('cross_site'));
  const { subject, refusal } = await whoAsks(settings, req, res, true);
  if (refusal !== undefined) return refuse(settings, req, res, refusal);
  let flow;
  try {
    flow = verifier.begin(subject, { channelKey, redirectUrl });
  } catch (error) {
    return refuse(settings, req, res, refusalOfError(error));
  }
  sendJson(res, 200, flow.request);
}

/** `{decision}` when it allows, `{refusal}`, or an empty object when the browser has gone. */
async function judge(settings, req, res) {
  const { api, verifier, begun, expect: expects } = settings;
  const said = await readId(api, req);
  if (said.id === undefined) return said;
  const asking = await whoAsks(settings, req, res, false);
  if (asking.refusal !== undefined) return asking;
  const expect = expects === undefined ? {} : await expects(req);
  // An `expect` function that returns nothing must not mean that nothing is expected.
  if (expect === undefined) return nonsense('expect', 'an object');
  // The call ends when the browser has gone.
  const gone = new AbortController();
  const hangUp = () => gone.abort();
  if (res.closed) return {};
  res.once('close', hangUp);
  try {
    const decision = await verifier.verify(said.id, { subject: asking.subject, expect, begun, signal: gone.signal });
    return decision.allowed === true ? { decision } : { refusal: refusalOfDecision(decision) };
  } catch (error) {
    return error.kind === 'cancelled' && gone.signal.aborted ? {} : { refusal: refusalOfError(error) };
  } finally {
    res.off('close', hangUp);
  }
}

/** The decision, if it allows. Anything else has been answered already. */
async function passes(settings, req, res) {
  const { decision, refusal } = await judge(settings, req, res);
  if (refusal !== undefined) await refuse(settings, req, res, refusal);
  else if (decision !== undefined) prepare(res);
  return decision;
}

module.exports = { begin, passes };
