'use strict';
// Options of a call that JavaScript reads itself: because a signal lives here, and because the busiest call should not
// read an object across the border. Native code reads all others, by the same rules: only what an object has itself
// counts, each property is read once, and what weakens a check when it is left out must not be there without a value.

const { refuse } = require('./errors.js');
const { writeJson } = require('./json.js');
const native = require('./native.js');

const NONE = Object.freeze(Object.create(null));
const ALL_MAY = new Set();

/** Made with braces, here or in another realm. A Map, a Date or a class instance may hold what no key shows. */
function isPlain(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const above = Object.getPrototypeOf(value);
  return above === null || (Object.getPrototypeOf(above) === null && Object.hasOwn(above, 'isPrototypeOf'));
}

/** What an object has itself, each property read once: neither Object.prototype nor a getter can change it later. */
function readSettings(value, name, kind = 'invalid_argument') {
  if (!isPlain(value)) throw refuse(kind, `\`${name}\` must be a plain object`, name);
  const read = Object.create(null);
  for (const key of Reflect.ownKeys(value)) if (typeof key === 'string') read[key] = value[key];
  return read;
}

/**
 * A copy of the options, or an empty object; refuses what is no object and keys that nobody knows.
 * @param {Set<string> | undefined} known undefined: native code knows
 * @param {Set<string>} meant those that must have a value where they are there: `{ begun: config.begun }` with nothing in
 *   the configuration must not come to mean that any id will do
 */
function readOptions(options, known, name = 'options', meant = ALL_MAY) {
  if (options === undefined) return NONE;
  const read = readSettings(options, name);
  for (const key in read) {
    if (known?.has(key) === false) throw refuse('invalid_argument', native.runtime.unknownOption(key, [...known]), key);
    if ((read[key] === undefined || read[key] === null) && meant.has(key)) {
      const place = name === 'options' ? key : `${name}.${key}`;
      throw refuse('invalid_argument', `\`${place}\` is there but has no value`, place);
    }
  }
  return read;
}

const CALL = new Set(['timeoutMs', 'signal']);
const EXPECT = new Set(['merchantUid', 'customData', 'name', 'phone', 'birthDate']);

const readCall = (options) => readOptions(options, CALL);

/** What is expected. Each key must have a value. */
const readExpect = (expect) => readOptions(expect, EXPECT, 'expect', EXPECT);

/** An object of settings as JSON text; text stays text. */
function toJson(value, kind, parameter) {
  if (typeof value === 'string') return value;
  if (!isPlain(value)) {
    throw refuse(kind, `\`${parameter}\` must be an object or JSON text`, parameter);
  }
  return writeJson(value, isPlain, (pointer, what) => {
    // Of a policy document the pointer, as the core names what is wrong with one.
    const place = kind === 'invalid_policy' ? pointer : parameter;
    return refuse(kind, `\`${parameter}\`${pointer && ` at ${pointer}`} is ${what}, which JSON cannot carry`, place);
  });
}

module.exports = { readCall, readExpect, readOptions, readSettings, toJson };
