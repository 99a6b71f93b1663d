'use strict';
// The options of the module: those of the router, whose functions take the platform's request and response, and Nest's own.

const { readSettings } = require('../options.js');
const { answerAgain, answerAllowed, answerDenied, sendJson } = require('../web/answer.js');
const { readRouterOptions, wrong } = require('../web/options.js');
const { log } = require('./log.js');
const { ownOf } = require('./platform.js');

/** What a function answered is sent; without an answer `otherwise` runs, unless the function has sent one itself. */
async function tell(res, said, otherwise) {
  if (res.headersSent) return;
  if (said === undefined) await otherwise();
  else sendJson(res, res.statusCode, said);
}

const WRAPPED = {
  __proto__: null,
  onAllowed: (onAllowed) => async (req, res, decision) =>
    tell(res, await onAllowed(ownOf(req), ownOf(res), decision), () => answerAllowed(req, res)),
  onAgain: (onAgain) => async (req, res, decision, retryUrl) =>
    tell(res, await onAgain(ownOf(req), ownOf(res), decision), () => answerAgain(req, res, decision, retryUrl)),
  onDenied: (onDenied) => async (req, res, refusal, retryUrl) =>
    tell(res, await onDenied(ownOf(req), ownOf(res), refusal), () => answerDenied(req, res, refusal, retryUrl)),
  onError: (onError) => onError,
};

/** Options whose functions take what the routes read and write. */
function adapt(given) {
  const options = { ...given };
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'function') options[name] = WRAPPED[name]?.(value) ?? ((req) => value(ownOf(req)));
  }
  return options;
}

const COMMON = ['verifier', 'onDenied', 'onError', 'subject', 'expect', 'begun', 'settleMs', 'cookie', 'retryUrl'];

/** `router`: what the routes need. `common`: what a guard shares with them. */
function readRoutes(given) {
  const options = { onError: log, ...adapt(readSettings(given, 'options')) };
  const router = readRouterOptions(options);
  const common = Object.fromEntries(COMMON.filter((name) => Object.hasOwn(options, name)).map((name) => [name, options[name]]));
  return { router, common, verifier: router.verifier, onError: router.onError };
}

const isBoolean = (value) => typeof value === 'boolean';
const isText = (value) => typeof value === 'string';
const isFunctions = (value) => Array.isArray(value) && value.every((one) => typeof one === 'function');
const PLACE = {
  name: [(value) => isText(value) && value !== '', 'a text that is not empty: it names the module, and is not the `name` of a flow of V1'],
  isGlobal: [isBoolean, 'true or false'],
  routes: [isBoolean, 'true or false'],
  path: [isText, 'a text'],
  version: [(value) => value !== undefined && value !== null, 'a version, as Controller takes it'],
  decorators: [isFunctions, 'an array of decorators of a class'],
  filter: [isBoolean, 'true or false'],
};

/** Splits what says where the module stands from the rest. */
function readPlace(given) {
  const rest = readSettings(given, 'options');
  const place = {};
  for (const name of Object.keys(PLACE)) {
    if (!Object.hasOwn(rest, name)) continue;
    const [isGood, what] = PLACE[name];
    if (!isGood(rest[name])) throw wrong(`\`${name}\` must be ${what}`, name);
    place[name] = rest[name];
    delete rest[name];
  }
  return { place, rest: { ...rest } };
}

module.exports = { adapt, readPlace, readRoutes };
