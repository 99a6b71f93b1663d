'use strict';
// bonin/web: the routes that the browser's script talks to, for whatever speaks Request and Response: Next.js, Hono,
// SvelteKit, Remix, Nitro, Bun.
//
//   const { identityHandler } = require('bonin/web');
//   export const GET = identityHandler({ verifier, onAllowed: (request, decision) => signUp(request, decision) });
//   export const POST = GET;

const { BoninError, Decision, Denied } = require('./index.cjs');
const { readSettings } = require('./options.js');
const { answerAgain, answerAllowed, answerDenied, refuse } = require('./web/answer.js');
const { Outgoing, incoming } = require('./web/fetch.js');
const { passes } = require('./web/flow.js');
const { routeAtEnd } = require('./web/mount.js');
const { readGuardOptions, readRouterOptions, wrong } = require('./web/options.js');
const { refusalOf: refusalOfCode, refusalOfDecision, refusalOfError } = require('./web/refusal.js');
const { routesOf } = require('./web/routes.js');

const isResponse = (value) => typeof value === 'object' && value !== null && typeof value.status === 'number' && 'headers' in value;

/** What the application's function answered: a Response, or nothing for the default answer. */
function keep(res, name, answer) {
  if (answer === undefined) return false;
  if (!isResponse(answer)) throw wrong(`the \`${name}\` function must answer a Response, or nothing`, name);
  res.own = answer;
  return true;
}

/** The application's functions take the Request itself, with what the application gave beside it, and answer a Response. */
const WRAPPED = {
  __proto__: null,
  address: (address) => address,
  onAllowed: (onAllowed) => async (req, res, decision) => {
    if (!keep(res, 'onAllowed', await onAllowed(req.request, decision, req.context))) answerAllowed(req, res);
  },
  onAgain: (onAgain) => async (req, res, decision, retryUrl) => {
    if (!keep(res, 'onAgain', await onAgain(req.request, decision, req.context))) answerAgain(req, res, decision, retryUrl);
  },
  onDenied: (onDenied) => async (req, res, refusal, retryUrl) => {
    if (!keep(res, 'onDenied', await onDenied(req.request, refusal, req.context))) answerDenied(req, res, refusal, retryUrl);
  },
  onError: (onError) => onError,
};

/** What was not answered, because the client has gone or its body broke off, is refused: a Response there must be. */
async function complete(settings, req, res) {
  if (!res.isAnswered) await refuse(settings, req, res, refusalOfCode('unavailable', { retryAfter: 1 }));
  return res.response();
}

function ofRequest(given) {
  const options = readSettings(given, 'options');
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'function') options[name] = WRAPPED[name]?.(value) ?? ((req) => value(req.request, req.context));
  }
  return options;
}

/**
 * Serves the routes of the verifier's API, wherever it is mounted: V2 `…/identity-verifications`, V1 `…/certifications`, each
 * with `/begin` and `/redirect`. docs/web.md says what is answered; another path is a 404.
 * @param {object} options as of `identityRouter`, whose functions take the Request: `subject(request)`, `expect(request)`;
 *   `onAllowed(request, decision)`, `onAgain(request, decision)` and `onDenied(request, refusal)` answer a Response, or nothing for the default answer.
 *   `address(request)`: the end user's address, which `otp` needs
 * @returns {(request: Request, context?: any) => Promise<Response>} `context`, such as Koa's or Hono's, becomes the last argument of every function; rejects with what the application's own functions throw
 */
function identityHandler(given) {
  const { address, ...options } = ofRequest(given);
  if (address !== undefined && typeof address !== 'function') throw wrong('`address` must be a function of (request)', 'address');
  const settings = readRouterOptions(options);
  if (settings.otp !== false && address === undefined) {
    throw wrong('`address` is missing: a code is sent with the address of the end user, which a Request does not tell', 'address');
  }
  const routes = routesOf(settings);
  return async (request, context) => {
    const route = routeAtEnd(routes, new URL(request.url).pathname);
    if (route === undefined) return new Response(null, { status: 404 });
    const req = incoming(request, await address?.(request, context));
    req.context = context;
    const res = new Outgoing(request.signal);
    await route(req, res);
    return complete(settings, req, res);
  };
}

/**
 * The same judgement for a handler or an action of the application's own. The id comes from the query of a GET and from the
 * body of everything else. Throws nothing for a denial, and rejects with what the application's own functions throw.
 * @param {Request} request whose body nobody has read
 * @param {object} options as of `identityHandler`, without `onAllowed`, `onAgain`, `allowedOrigins`, `otp`, `address` and those of `begin`
 * @returns {Promise<{decision: object, headers: Headers} | {refusal: object, response: Response}>} `headers` belong to the
 *   application's answer
 */
async function requireIdentity(request, given) {
  let refused;
  const options = ofRequest(given);
  const { onDenied = answerDenied } = options;
  options.onDenied = (req, res, refusal, retryUrl) => {
    refused = refusal;
    return onDenied(req, res, refusal, retryUrl);
  };
  const settings = readGuardOptions(options);
  const req = incoming(request);
  const res = new Outgoing(request.signal);
  const decision = await passes(settings, req, res);
  if (decision !== undefined) return { decision, headers: res.headers };
  const response = await complete(settings, req, res);
  return { refusal: refused, response };
}

/** Why a decision or an error does not let somebody through, in words that may be shown; of glue of one's own. */
function refusalOf(told) {
  if (told instanceof Denied) return refusalOfDecision(told.decision);
  if (told instanceof BoninError) return refusalOfError(told);
  if (told instanceof Decision && !told.allowed) return refusalOfDecision(told);
  throw wrong('`told` must be a Decision that denies, or an error of bonin', 'told');
}

module.exports = { identityHandler, refusalOf, requireIdentity };
