'use strict';
// A browser begins a flow, and comes back from it; or asks for a code, and brings it.

const { InvalidArgument } = require('../index.cjs');
const { web } = require('../native.js');
const { prepare, refuse, sendJson } = require('./answer.js');
const { warn } = require('./options.js');
const { noCookie, refusalOf, refusalOfDecision, refusalOfError } = require('./refusal.js');
const { queryOf, readCode, readNamed, readPerson } = require('./request.js');
const { knownSubject, newSubject } = require('./subject.js');

const nonsense = (name, what) => {
  const message = `the \`${name}\` function must answer ${what}`;
  return { refusal: refusalOfError(new InvalidArgument('invalid_argument', message, { parameter: name })) };
};

/**
 * `{subject}`, or `{refusal}`. What the application's function throws is the application's.
 * @param {boolean} must whether the flow must have begun here, so that a request without a subject cannot be its owner's
 */
async function whoAsks(settings, req, res, must) {
  const { subject } = settings;
  if (subject === undefined) {
    const known = knownSubject(settings, req);
    if (known === undefined && must) return { refusal: noCookie() };
    return { subject: known ?? newSubject(settings, req, res) };
  }
  const answer = web.ownId(await subject(req));
  return answer === undefined ? nonsense('subject', 'an id that is not empty: a text, a safe integer or a BigInt') : { subject: answer };
}

/** Was it sent by a page of another site? Asked before a new cookie could replace the old one. */
function isForeignPage({ allowedOrigins }, req) {
  const { 'sec-fetch-site': site, origin, host } = req.headers;
  return web.isCrossSite(site, origin, host, allowedOrigins);
}

/** The options of this flow: those that are the same for all, and what the functions answer. */
async function flowOf({ flow: { fixed, functions } }, req) {
  const options = { ...fixed };
  for (const [name, answer] of Object.entries(functions)) options[name] = await answer(req);
  return options;
}

/** Answers with the request for PortOne's script. */
async function begin(settings, req, res) {
  prepare(res);
  if (isForeignPage(settings, req)) return refuse(settings, req, res, refusalOf('cross_site'));
  const guardianOf = web.readBegin(queryOf(req));
  if (guardianOf === undefined) return refuse(settings, req, res, refusalOf('invalid_id'));
  const { subject, refusal } = await whoAsks(settings, req, res, false);
  if (refusal !== undefined) return refuse(settings, req, res, refusal);
  const options = await flowOf(settings, req);
  let flow;
  try {
    flow = warn(settings.verifier.begin(subject, guardianOf === '' ? options : { ...options, guardianOf }));
  } catch (error) {
    // The page's mistake, not the application's.
    const of = error.parameter === 'guardianOf' ? refusalOf('invalid_id', {}, { error }) : refusalOfError(error);
    return refuse(settings, req, res, of);
  }
  sendJson(res, 200, flow.request);
}

/** What `run(signal)` answers, in `{answer}`; `{refusal}`, or an empty object when the browser has gone: the call ends then. */
async function whileThere(res, run) {
  const gone = new AbortController();
  const hangUp = () => gone.abort();
  if (res.closed) return {};
  res.once('close', hangUp);
  try {
    return { answer: await run(gone.signal) };
  } catch (error) {
    return error.kind === 'cancelled' && gone.signal.aborted ? {} : { refusal: refusalOfError(error) };
  } finally {
    res.off('close', hangUp);
  }
}

/** `{decision}` when it allows, `{refusal}`, or an empty object. `ask(options)`: of the verifier, with who and what is expected. */
async function judge(settings, req, res, must, ask) {
  const asking = await whoAsks(settings, req, res, must);
  if (asking.refusal !== undefined) return asking;
  const expect = settings.expect === undefined ? {} : await settings.expect(req);
  // An `expect` function that returns nothing must not mean that nothing is expected.
  if (expect === undefined) return nonsense('expect', 'an object');
  const { answer: decision, refusal } = await whileThere(res, (signal) => ask({ subject: asking.subject, expect, signal }));
  if (decision === undefined) return { refusal };
  return decision.allowed === true ? { decision } : { refusal: refusalOfDecision(decision) };
}

/** What the request names, judged: `{decision}` when it allows, `{refusal}`, or an empty object when the browser has gone. */
async function decides(settings, req, res) {
  const { api, verifier, begun, settleMs } = settings;
  const { said, refusal } = await readNamed(api, req);
  if (said === undefined) return { refusal };
  // Beside a guardian's id stands the child's, who is judged.
  const { id, guardian, flowId } = said.guardianOf === undefined ? said : { id: said.guardianOf, guardian: said.id };
  const named = { begun, settleMs, ...(guardian !== undefined && { guardian }), ...(flowId !== undefined && { flowId }) };
  return judge(settings, req, res, begun, (options) => verifier.verify(id, { ...options, ...named }));
}

/** The same of a code. */
async function confirms(settings, req, res) {
  const { said, refusal } = await readCode(req);
  if (said === undefined) return { refusal };
  return judge(settings, req, res, true, (options) => settings.verifier.confirmOtp(said.id, said.otp, options));
}

/** The decision, if it allows. Anything else has been answered already. */
async function passes(settings, req, res) {
  const { decision, refusal } = await decides(settings, req, res);
  if (refusal !== undefined) await refuse(settings, req, res, refusal);
  else if (decision !== undefined) prepare(res);
  return decision;
}

/** A step of an OTP that answers JSON: `read` gives what the page said, `run(subject, said, signal)` the body. */
async function step(settings, req, res, must, read, run) {
  prepare(res);
  if (isForeignPage(settings, req)) return refuse(settings, req, res, refusalOf('cross_site'));
  const { said, refusal } = await read(req);
  if (refusal !== undefined) return refuse(settings, req, res, refusal);
  if (said === undefined) return;
  const asking = await whoAsks(settings, req, res, must);
  if (asking.refusal !== undefined) return refuse(settings, req, res, asking.refusal);
  const { answer, refusal: failed } = await run(asking.subject, said);
  if (failed !== undefined) return refuse(settings, req, res, failed);
  if (answer !== undefined) sendJson(res, 200, answer);
}

/** Sends a code. */
function send(settings, req, res) {
  const { verifier, otp, otpFixed } = settings;
  return step(settings, req, res, false, readPerson, async (subject, { person }) => {
    const asked = typeof otp === 'function' ? await otp(req) : {};
    return whileThere(res, async (signal) => {
      const { id, expiresAt } = await verifier.sendOtp(subject, { ...person, ...otpFixed, ...asked }, { signal });
      return { id, expiresAt };
    });
  });
}

/** Sends it again. */
function resend(settings, req, res) {
  return step(settings, req, res, true, readCode, (subject, { id }) =>
    whileThere(res, async (signal) => {
      await settings.verifier.resendOtp(subject, id, { signal });
      return { sent: true };
    }),
  );
}

module.exports = { begin, confirms, decides, passes, resend, send };
