'use strict';
// Options of a call that JavaScript reads itself: because a signal lives here, and because the busiest call should not
// read an object across the border. Native code reads all others.

const { refuse } = require('./errors.js');

const NONE = Object.freeze({});

/** The options, or an empty object; refuses what is no object and keys that nobody knows. */
function readOptions(options, known, name = 'options') {
  if (options === undefined) return NONE;
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw refuse('invalid_argument', `\`${name}\` must be an object`, name);
  }
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

/** An object of settings as JSON text; text stays text. */
function toJson(value, kind, parameter) {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') {
    throw refuse(kind, `\`${parameter}\` must be an object or JSON text`, parameter);
  }
  try {
    return JSON.stringify(value);
  } catch {
    throw refuse(kind, `\`${parameter}\` holds something that JSON cannot carry`, parameter);
  }
}

module.exports = { readCall, readExpect, readOptions, toJson };
