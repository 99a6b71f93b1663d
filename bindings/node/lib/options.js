'use strict';
// Options of a call that JavaScript reads itself: because a signal lives here, and because the busiest call should not
// read an object across the border. Native code reads all others.

const { refuse } = require('./errors.js');

const NONE = Object.freeze({});

/** Made with braces, here or in another realm. A Map, a Date or a class instance may hold what no key shows. */
function isPlain(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const above = Object.getPrototypeOf(value);
  return above === null || Object.getPrototypeOf(above) === null;
}

function readSettings(value, name, kind = 'invalid_argument') {
  if (!isPlain(value)) throw refuse(kind, `\`${name}\` must be a plain object`, name);
  return value;
}

/** The options, or an empty object; refuses what is no object and keys that nobody knows. */
function readOptions(options, known, name = 'options') {
  if (options === undefined) return NONE;
  readSettings(options, name);
  for (const key in options) {
    if (!known.has(key)) throw refuse('invalid_argument', `unknown option \`${key}\``, key);
  }
  return options;
}

const CALL = new Set(['timeoutMs', 'signal']);
const EXPECT = new Set(['merchantUid', 'customData', 'name', 'phone', 'birthDate']);

const readCall = (options) => readOptions(options, CALL);

/**
 * What is expected. A key without a value is refused: `{ merchantUid: session.order }` with no order in the session must
 * not come to mean that any order will do.
 */
function readExpect(expect) {
  const read = readOptions(expect, EXPECT, 'expect');
  for (const key in read) {
    if (read[key] === undefined || read[key] === null) {
      throw refuse('invalid_argument', `\`expect.${key}\` is there but has no value`, `expect.${key}`);
    }
  }
  return read;
}

/** JSON.stringify would write null for NaN, and so say something else. */
function carried(_key, value) {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError();
  return value;
}

/** An object of settings as JSON text; text stays text. */
function toJson(value, kind, parameter) {
  if (typeof value === 'string') return value;
  if (!isPlain(value)) {
    throw refuse(kind, `\`${parameter}\` must be an object or JSON text`, parameter);
  }
  try {
    return JSON.stringify(value, carried);
  } catch {
    throw refuse(kind, `\`${parameter}\` holds something that JSON cannot carry`, parameter);
  }
}

module.exports = { readCall, readExpect, readOptions, readSettings, toJson };
