'use strict';
// Which routes there are, for every adapter.

const { web } = require('../native.js');
const { answerAgain, answerAllowed, refuse, welcome } = require('./answer.js');
const { begin, confirms, decides, resend, send } = require('./flow.js');
const { isAgain, refusalOf } = require('./refusal.js');

const misuse = (settings, method) => (req, res) => refuse(settings, req, res, refusalOf('method_not_allowed', { allow: method }));

/**
 * Path -> function of (req, res) that runs it.
 * @returns {Map<string, (req: object, res: object) => Promise<void>>}
 */
function routesOf(settings) {
  const { onAllowed = answerAllowed, onAgain = answerAgain } = settings;
  const passing = (decide) => async (req, res) => {
    const { decision, refusal } = await decide(settings, req, res);
    if (decision !== undefined) await welcome(settings, req, res, 'onAllowed', onAllowed, decision);
    else if (refusal === undefined)
      return; // the browser has gone
    else if (isAgain(refusal)) await welcome(settings, req, res, 'onAgain', onAgain, refusal.decision);
    else await refuse(settings, req, res, refusal);
  };
  const path = web.path(settings.api);
  const routes = new Map();
  const add = (place, method, run) => {
    const misused = misuse(settings, method);
    routes.set(path + place, (req, res) => (req.method === method ? run(req, res) : misused(req, res)));
  };
  add('/begin', 'POST', (req, res) => begin(settings, req, res));
  add('', 'POST', passing(decides));
  add('/redirect', 'GET', passing(decides));
  if (settings.otp !== false) {
    add('/send', 'POST', (req, res) => send(settings, req, res));
    add('/confirm', 'POST', passing(confirms));
    if (settings.api === 'v2') add('/resend', 'POST', (req, res) => resend(settings, req, res));
  }
  return routes;
}

module.exports = { routesOf };
