'use strict';
// Which routes there are, for every adapter.

const { web } = require('../native.js');
const { refuse } = require('./answer.js');
const { begin, confirms, passes, resend, send } = require('./flow.js');
const { refusalOf } = require('./refusal.js');

const misuse = (settings, method) => (req, res) => refuse(settings, req, res, refusalOf('method_not_allowed', { allow: method }));

/**
 * Path -> function of (req, res) that runs it. `onAllowed(req, res, decision)` answers whoever is allowed.
 * @returns {Map<string, (req: object, res: object) => Promise<void>>}
 */
function routesOf(settings, onAllowed) {
  const passing = (ask) => async (req, res) => {
    const decision = await ask(settings, req, res);
    if (decision !== undefined) await onAllowed(req, res, decision);
  };
  const path = web.path(settings.api);
  const routes = new Map();
  const add = (place, method, run) => {
    const misused = misuse(settings, method);
    routes.set(path + place, (req, res) => (req.method === method ? run(req, res) : misused(req, res)));
  };
  add('/begin', 'POST', (req, res) => begin(settings, req, res));
  add('', 'POST', passing(passes));
  add('/redirect', 'GET', passing(passes));
  if (settings.otp !== false) {
    add('/send', 'POST', (req, res) => send(settings, req, res));
    add('/confirm', 'POST', passing(confirms));
    if (settings.api === 'v2') add('/resend', 'POST', (req, res) => resend(settings, req, res));
  }
  return routes;
}

module.exports = { routesOf };
