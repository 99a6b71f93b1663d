'use strict';
// bonin/express: the routes that the browser's script talks to.
//
//   const { identityRouter } = require('bonin/express');
//   app.use(identityRouter({ verifier, onAllowed: (req, res, decision) => signUp(req, res, decision) }));
//
// Express is not required here. A router is a function of (req, res, next), and three fixed paths need no pattern: so the
// same code serves Express 4, Express 5 and anything else that calls such functions, whichever copy the application has, and
// no version of a body parser decides what an id is. What Express knows better is asked of the request where it is one:
// `req.secure` behind a trusted proxy, and which type and language the browser prefers.

const { InternalError } = require('./index.cjs');
const { passes } = require('./web/flow.js');
const { routeOf } = require('./web/mount.js');
const { readGuardOptions, readRouterOptions } = require('./web/options.js');
const { routesOf } = require('./web/routes.js');

/** `next(undefined)` goes on as if all were well, and `next('route')` goes round: neither may come of a failure. */
const asError = (thrown) =>
  thrown && thrown !== 'route' && thrown !== 'router'
    ? thrown
    : new InternalError('internal', "a function of the application's own threw what is no error; let it throw an Error");

/** When `next` itself fails, which under node:http nobody else would hear of: no hanging browser, no process that ends. */
async function failed({ onError }, res, thrown) {
  if (res.headersSent) res.destroy();
  else {
    res.statusCode = 500;
    res.end();
  }
  await onError(asError(thrown));
}

/** Runs to the end or hands what the application's own functions throw to the application's error handling. */
function handler(settings, run) {
  return (req, res, next) => {
    run(req, res)
      .then(
        (goOn) => goOn && next(),
        (thrown) => next(asError(thrown)),
      )
      .catch((thrown) => failed(settings, res, thrown))
      .catch(() => {}); // an `onError` that fails has nobody to tell
  };
}

/**
 * Serves the routes of the verifier's API: V2 `/identity-verifications`, V1 `/certifications`, each with `/begin` and
 * `/redirect`. Everything else goes to `next`. docs/web.md says what is answered.
 * @param {object} options `verifier`; `onAllowed(req, res, decision)`, `onAgain(req, res, decision)`,
 *   `onDenied(req, res, refusal)`, `onError(error)`, `subject(req)`, `expect(req)`, `allowedOrigins`, `begun`, `settleMs`,
 *   `otp`, `cookie`, `retryUrl`; and the options of `begin`, each as it is or a function of (req)
 * @returns {(req: object, res: object, next: (error?: any) => void) => void}
 */
function identityRouter(options) {
  const settings = readRouterOptions(options);
  const routes = routesOf(settings);
  return (req, res, next) => {
    const route = routeOf(routes, req);
    if (route === undefined) return next();
    handler(settings, route)(req, res, next);
  };
}

/**
 * The same judgement before a handler of the application's own: whoever is allowed goes on, with the Decision in
 * `req.identity`. The id comes from the query of a GET and from the body of everything else.
 * @param {object} options as of `identityRouter`, without `onAllowed`, `onAgain`, `allowedOrigins`, `otp` and the options of `begin`
 * @returns {(req: object, res: object, next: (error?: any) => void) => void}
 */
function requireIdentity(options) {
  const settings = readGuardOptions(options);
  return handler(settings, async (req, res) => {
    const decision = await passes(settings, req, res);
    if (decision !== undefined) req.identity = decision;
    return decision !== undefined;
  });
}

module.exports = { identityRouter, requireIdentity };
