'use strict';
// The options of the router and of the middleware: a mistake is found when the application starts.

const { InvalidArgument, PortOneV1, Verifier } = require('../index.cjs');
const { mistyped } = require('../errors.js');
const { readOptions, readSettings } = require('../options.js');
const native = require('../native.js');
const { print } = require('./print.js');
const { warnOnce } = require('./warn.js');

const wrong = (message, parameter) => new InvalidArgument('invalid_argument', message, { parameter });

const isFunction = (value) => typeof value === 'function';
const isWait = (value) => Number.isInteger(value) && value >= 0 && value <= 60_000;
const isOtp = (value) => typeof value === 'boolean' || isFunction(value) || (value !== null && typeof value === 'object');

const isRetryUrl = (value) => isFunction(value) || native.web.isRetryUrl(value);

const isOrigins = (value) => Array.isArray(value) && value.every(native.web.isOrigin);

const COMMON = {
  verifier: [(value) => value instanceof Verifier, 'a Verifier'],
  onDenied: [isFunction, 'a function of (req, res, refusal)'],
  onError: [isFunction, 'a function of (error)'],
  subject: [isFunction, 'a function of (req)'],
  expect: [isFunction, 'a function of (req)'],
  begun: [(value) => typeof value === 'boolean', 'true or false'],
  settleMs: [isWait, 'a whole number from 0 to 60000'],
  cookie: [(value) => value !== null && typeof value === 'object', 'an object of `sameSite`, `secure`, `partitioned`, `domain`'],
  retryUrl: [isRetryUrl, 'a path such as `/sign-up`, a whole address, or a function of (req)'],
};
// The options of `begin`: native code knows what each must be.
const FLOW = Object.fromEntries(
  native.web
    .flowOptions()
    .map((name) => [name, [(value) => value !== undefined && value !== null && value !== '', 'a value that is not empty']]),
);
const ROUTER = {
  ...COMMON,
  onAllowed: [isFunction, 'a function of (req, res, decision)'],
  onAgain: [isFunction, 'a function of (req, res, decision)'],
  allowedOrigins: [isOrigins, 'an array of origins such as `https://shop.example`'],
  otp: [isOtp, 'true or false, an object, or a function of (req)'],
  ...FLOW,
};

const OTP = new Set(['channelKey', 'company', 'customerId', 'customData', 'bypass']);

/** Reads the options of a router or a middleware. */
function read(given, known) {
  if (given === null || typeof given !== 'object') throw wrong('`options` must be an object with a `verifier`', 'options');
  const options = readSettings(given, 'options');
  if (Array.isArray(options.allowedOrigins)) options.allowedOrigins = [...options.allowedOrigins]; // a copy, which the application cannot change
  for (const key in options) {
    if (!Object.hasOwn(known, key)) {
      throw wrong(native.runtime.unknownOption(key, Object.keys(known)), key);
    }
    // An option that is there without a value would quietly become its default, which may be the more lenient one.
    if (!known[key][0](options[key])) throw wrong(mistyped(options[key], known[key][1], key), key);
  }
  if (!Object.hasOwn(options, 'verifier')) throw wrong('`verifier` must be a Verifier', 'verifier');
  const api = options.verifier.portone instanceof PortOneV1 ? 'v1' : 'v2';
  const read = Object.assign(Object.create(null), { begun: true, allowedOrigins: [], onError: print, otp: false, cookie: {} }, options, {
    api,
  });
  native.web.checkCookie(read.cookie);
  read.cookie = { ...read.cookie }; // a copy, which the application cannot change
  read.settleMs = read.begun ? (read.settleMs ?? native.web.settleMs()) : 0;
  return read;
}

/** The options of `begin` that are the same for every request, and those that are functions of it. */
function splitFlow(options) {
  const fixed = Object.create(null);
  const functions = Object.create(null);
  for (const name of Object.keys(FLOW)) {
    if (options[name] !== undefined) (isFunction(options[name]) ? functions : fixed)[name] = options[name];
  }
  return { fixed, functions };
}

/** Says once what a flow asks for and the policy does not. */
function warn(flow) {
  for (const warning of flow.warnings) warnOnce(warning, 'BONIN_FLOW');
  return flow;
}

/** Says once that `begin` cannot answer: an application that issues its ids elsewhere goes without it. */
function warnOfChannel({ verifier, begun }, { fixed, functions }) {
  const has = (name) => fixed[name] !== undefined || functions[name] !== undefined;
  if (!begun || has('channelKey') || has('pg')) return;
  try {
    verifier.begin('bonin', fixed);
  } catch (error) {
    if (error.parameter === 'channelKey') warnOnce(error.message, 'BONIN_FLOW');
  }
}

function readRouterOptions(given) {
  const options = read(given, ROUTER);
  const flow = splitFlow(options);
  const hasOwn = !isFunction(options.otp) && typeof options.otp !== 'boolean';
  const otp = hasOwn ? readOptions(options.otp, OTP, 'otp') : Object.create(null);
  if (flow.fixed.channelKey !== undefined) otp.channelKey ??= flow.fixed.channelKey;
  if (options.otp !== false && !isFunction(options.otp) && otp.channelKey === undefined) {
    if (flow.functions.channelKey !== undefined) {
      throw wrong('`otp` does not ask the function `channelKey`: name a `channelKey` in it, or give a function', 'otp');
    }
    throw wrong('`channelKey` is missing: an OTP is sent by a channel', 'channelKey');
  }
  if (Object.keys(flow.fixed).length > 0 && Object.keys(flow.functions).length === 0) {
    warn(options.verifier.begin('bonin', flow.fixed));
  }
  warnOfChannel(options, flow);
  return Object.assign(options, { flow, otpFixed: otp });
}

module.exports = { readGuardOptions: (options) => read(options, COMMON), readRouterOptions, warn, wrong };
