'use strict';
// Options that JavaScript reads itself: an AbortSignal is an object of JavaScript, and the busiest call should not read an
// object from native code. Native code reads all other options by the same rules. Only own properties count. Each property is
// read once. An option that makes a check stricter must have a value where it is given.

const { refuse } = require('./errors.js');
const { writeJson } = require('./json.js');
const native = require('./native.js');

const NONE = Object.freeze(Object.create(null));
const ALL_MAY = new Set();

/** Is it an object literal, of this realm or another? A Map, a Date or an instance of a class has data that no key shows. */
function isPlain(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const above = Object.getPrototypeOf(value);
  return above === null || (Object.getPrototypeOf(above) === null && Object.hasOwn(above, 'isPrototypeOf'));
}

/** A copy of the own properties, each read once: neither Object.prototype nor a getter can change it later. */
function readSettings(value, name, kind = 'invalid_argument') {
  if (!isPlain(value)) throw refuse(kind, `\`${name}\` must be a plain object`, name);
  const read = Object.create(null);
  for (const key of Reflect.ownKeys(value)) if (typeof key === 'string') read[key] = value[key];
  return read;
}

/**
 * A copy of the options, or an empty object. Refuses anything but an object, and unknown keys.
 * @param {Set<string> | undefined} known undefined: native code knows
 * @param {Set<string>} meant the options that must have a value where they are given: `{ begun: config.begun }` without that
 *   setting must not mean that every id passes
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
const EXPECT = new Set(['merchantUid', 'customData', 'customerId', 'name', 'phone', 'birthDate']);

const readCall = (options) => readOptions(options, CALL);

/** What is expected, in the order in which native code takes it. Each key must have a value. */
function readExpect(expect) {
  const { merchantUid, customData, customerId, name, phone, birthDate } = readOptions(expect, EXPECT, 'expect', EXPECT);
  return [merchantUid, customData, customerId, name, phone, birthDate];
}

/** An object of settings as JSON text; text stays text. */
function toJson(value, kind, parameter) {
  if (typeof value === 'string') return value;
  if (!isPlain(value)) {
    throw refuse(kind, `\`${parameter}\` must be an object or JSON text`, parameter);
  }
  return writeJson(value, isPlain, (pointer, what) => {
    // In a policy document the JSON pointer names the place, as in the core.
    const place = kind === 'invalid_policy' ? pointer : parameter;
    return refuse(kind, `\`${parameter}\`${pointer && ` at ${pointer}`} is ${what}, which JSON cannot carry`, place);
  });
}

// Options that hold PortOne's own objects: native code takes them as JSON text.
const JSON_FIELDS = ['bypass', 'customer', 'windowType', 'iframe', 'popup'];

/** A request as native code reads it: its objects as text. */
function withText(request, name) {
  if (request === undefined) return request;
  const read = readSettings(request, name);
  for (const key of JSON_FIELDS) {
    const value = read[key];
    if (value === undefined || value === null) continue;
    read[key] = typeof value === 'boolean' ? String(value) : toJson(value, 'invalid_argument', key);
  }
  return read;
}

module.exports = { readCall, readExpect, readOptions, readSettings, toJson, withText };
