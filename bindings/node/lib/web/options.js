'use strict';
// The options of the router and of the middleware: a mistake is found when the application starts.

const { BoninError, InvalidArgument, PortOneV1, Verifier } = require('../index.cjs');
const { mistyped } = require('../errors.js');
const { readSettings } = require('../options.js');
const native = require('../native.js');

const wrong = (message, parameter) => new InvalidArgument('invalid_argument', message, { parameter });

const isFunction = (value) => typeof value === 'function';
const isText = (value) => typeof value === 'string' && value !== '';

const isOrigins = (value) => Array.isArray(value) && value.every(native.web.isOrigin);

const COMMON = {
  verifier: [(value) => value instanceof Verifier, 'a Verifier'],
  onDenied: [isFunction, 'a function of (req, res, refusal)'],
  onError: [isFunction, 'a function of (error)'],
  subject: [isFunction, 'a function of (req)'],
  expect: [isFunction, 'a function of (req)'],
  begun: [(value) => typeof value === 'boolean', 'true or false'],
};
const ROUTER = {
  ...COMMON,
  onAllowed: [isFunction, 'a function of (req, res, decision)'],
  channelKey: [isText, 'a text that is not empty'],
  redirectUrl: [isText, 'a text that is not empty'],
  allowedOrigins: [isOrigins, 'an array of origins such as `https://shop.example`'],
};

/** Prints the message of an error of bonin, which is masked, and only the name of any other error. */
const print = (error) => console.error(error instanceof BoninError ? `bonin: ${error.name}: ${error.message}` : `bonin: ${error?.name}`);

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
  return Object.assign(Object.create(null), { begun: true, allowedOrigins: [], onError: print }, options, { api });
}

module.exports = {
  readGuardOptions: (options) => read(options, COMMON),
  readRouterOptions: (options) => read(options, ROUTER),
};
