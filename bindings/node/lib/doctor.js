'use strict';
// What this machine has, reaches and believes, for whoever is asked why bonin does not work there.

const { begin } = require('./calls.js');
const native = require('./native.js');
const { readOptions } = require('./options.js');

const OPTIONS = new Set(['store', 'schema', 'peppers', 'caFile', 'proxy', 'timeoutMs', 'signal']);

/**
 * Looks at everything at once, and ends within `timeoutMs` (5,000) whatever does not answer. Credentials are those of the
 * variables that the command line reads.
 * @param {{store?: string, schema?: string, peppers?: string[], caFile?: string, proxy?: string, timeoutMs?: number, signal?: AbortSignal}} [options]
 *   `peppers`: `env:NAME`, `file:PATH` or `ID=env:NAME`
 * @returns {Promise<object>} `{ok, at, checks: [{name, state, ko, en, next_ko, next_en}]}`: docs/cli.md lists them
 */
async function doctor(options) {
  const { timeoutMs, signal, ...asked } = readOptions(options, OPTIONS);
  const host = `Node ${process.versions.node}`;
  return begin(signal, JSON.parse, (slot) => native.runtime.doctor(undefined, slot, { ...asked, host }, timeoutMs));
}

module.exports = { doctor };
