'use strict';
// Log events of a client, from native code to `onLog`.

const { inspect } = require('node:util');
const native = require('./native.js');
const { runFor } = require('./calls.js');
const { refuse } = require('./errors.js');
const { readSettings } = require('./options.js');

const LEVELS = ['debug', 'info', 'warning'];

const camel = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const camelKeys = (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [camel(key), value]));

/**
 * The log of one client. Drained with each batch of its calls that have ended, before their promises settle. An event
 * about a call runs in the context of its caller.
 */
class Log {
  #client;
  #listeners = []; // [function, its least level, whether it has thrown]
  #level = LEVELS.length;

  constructor(client) {
    this.#client = client;
  }

  /** `level`: the place in LEVELS of the least that it is told. */
  add(listener, level) {
    this.#listeners.push({ listener, level, warned: false });
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
          if (typeof answer?.then === 'function') answer.then(undefined, (error) => warn(one, error));
        } catch (error) {
          warn(one, error);
        }
      }
    }
  }
}

/** An exception of `onLog` does not fail a call. */
function warn(one, error) {
  if (one.warned) return;
  one.warned = true;
  process.emitWarning('`onLog` threw; what else it throws is not shown', { type: 'BoninWarning', detail: inspect(error) });
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

module.exports = { Log, splitLog };
