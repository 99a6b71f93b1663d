'use strict';
// Log events of a client, from native code to `onLog`.

const { inspect } = require('node:util');
const native = require('./native.js');
const { runFor } = require('./calls.js');
const { refuse, toCamel } = require('./errors.js');
const { readSettings } = require('./options.js');

const LEVELS = ['debug', 'info', 'warning'];

const camelKeys = (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [toCamel(key), value]));

/** Warns of the first exception of a function of the application's, which fails no call. */
function warningOnce(name) {
  let warned = false;
  return (error) => {
    if (warned) return;
    warned = true;
    process.emitWarning(`\`${name}\` threw; what else it throws is not shown`, { type: 'BoninWarning', detail: inspect(error) });
  };
}

/**
 * The log of one client. Drained with each batch of its calls that have ended, before their promises settle. An event
 * about a call runs in the context of its caller.
 */
class Log {
  #client;
  #listeners = []; // {listener, its least level, warn}
  #level = LEVELS.length;

  constructor(client) {
    this.#client = client;
  }

  /** `level`: the place in LEVELS of the least that it is told. */
  add(listener, level) {
    this.#listeners.push({ listener, level, warn: warningOnce('onLog') });
    if (level >= this.#level) return;
    this.#level = level;
    native.health.listen(this.#client, level);
  }

  drain() {
    for (const { caller, ...event } of native.health.takeLog(this.#client) ?? []) {
      const level = LEVELS.indexOf(event.level);
      for (const one of this.#listeners) {
        if (level < one.level) continue;
        try {
          const answer = runFor(caller, () => one.listener({ ...event, fields: camelKeys(event.fields) }));
          if (typeof answer?.then === 'function') answer.then(undefined, one.warn);
        } catch (error) {
          one.warn(error);
        }
      }
    }
  }
}

/** Splits the options of a client: [those for native code, onLog, level]. */
function splitLog(options) {
  if (options === undefined) return [options];
  const { onLog, logLevel, ...rest } = readSettings(options, 'options');
  if (Object.hasOwn(rest, 'caFile') && [undefined, null, ''].includes(rest.caFile)) {
    // Without a caFile the system's authorities are trusted, which are more.
    throw refuse('invalid_argument', '`caFile` is there but has no value', 'caFile');
  }
  if (onLog === undefined && logLevel === undefined) return [rest];
  if (typeof onLog !== 'function') throw refuse('invalid_argument', '`onLog` must be a function', 'onLog');
  const level = LEVELS.indexOf(logLevel ?? 'info');
  if (level < 0) {
    throw refuse('invalid_argument', '`logLevel` must be one of `debug`, `info`, `warning`', 'logLevel');
  }
  return [rest, onLog, level];
}

module.exports = { Log, splitLog, warningOnce };
