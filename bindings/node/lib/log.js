'use strict';
// Log events of a client, from native code to `onLog`.

const { inspect } = require('node:util');
const native = require('./native.js');
const { refuse } = require('./errors.js');
const { readSettings } = require('./options.js');

const LEVELS = ['debug', 'info', 'warning'];

const camel = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const camelKeys = (fields) => Object.fromEntries(Object.entries(fields).map(([key, value]) => [camel(key), value]));

/** The log of one client. Drained with each batch of its calls that have ended, before their promises settle. */
class Log {
  #client;
  #onLog;
  #warned = false;

  constructor(client, onLog, level) {
    this.#client = client;
    this.#onLog = onLog;
    native.health.listen(client, level);
  }

  drain() {
    for (const event of native.health.takeLog(this.#client) ?? []) {
      try {
        const answer = this.#onLog({ ...event, fields: camelKeys(event.fields) });
        if (typeof answer?.then === 'function') answer.then(undefined, (error) => this.#warn(error));
      } catch (error) {
        this.#warn(error);
      }
    }
  }

  /** An exception of `onLog` does not fail a call. */
  #warn(error) {
    if (this.#warned) return;
    this.#warned = true;
    process.emitWarning('`onLog` threw; what else it throws is not shown', { type: 'BoninWarning', detail: inspect(error) });
  }
}

/** Splits the options of a client: [those for native code, onLog, level]. */
function splitLog(options) {
  if (options === undefined) return [options];
  const { onLog, logLevel, ...rest } = readSettings(options, 'options');
  if (Object.hasOwn(rest, 'caFile') && (rest.caFile === undefined || rest.caFile === null)) {
    // An undefined caFile would trust the system's authorities, which are more.
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
