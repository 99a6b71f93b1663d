'use strict';
// Columns of verifications: what `Policy.evaluateColumns` takes, checked by name before native code sees it.

const { types } = require('node:util');
const native = require('./native.js');
const { refuse } = require('./errors.js');
const { readOptions } = require('./options.js');

/** Column -> the kind of array it is. */
const NUMBERS = {
  status: 'Uint8Array',
  verifiedAt: 'BigInt64Array',
  channelType: 'Uint8Array',
  birthDate: 'Int32Array',
  gender: 'Int8Array',
  foreigner: 'Int8Array',
  carrier: 'Int8Array',
  mvno: 'Int8Array',
  present: 'Uint16Array',
  selfDeclared: 'Uint16Array',
};
const TEXTS = ['provider', 'channelKey', 'pgMerchantId'];
const KNOWN = new Set([...Object.keys(NUMBERS), ...TEXTS, 'rows']);
const CODED = new Set(['codes', 'names']);
const MOST_ROWS = 2 ** 31 - 1;
const NO_TIME = -(2n ** 63n);

const misfit = (name, wanted) => refuse('invalid_argument', `\`${name}\` must be ${wanted}`, name);
const isTexts = (array) => Array.isArray(array) && array.every((text) => typeof text === 'string');
const isTextsOrNull = (array) => Array.isArray(array) && array.every((text) => text == null || typeof text === 'string');

/** The different texts, and for each row the place of its text among them. Null is missing. */
function encode(texts) {
  const places = new Map();
  const codes = Int32Array.from(texts, (text) => {
    if (text == null) return -1;
    if (!places.has(text)) places.set(text, places.size);
    return places.get(text);
  });
  return { codes, names: [...places.keys()] };
}

function readTexts(name, column) {
  if (Array.isArray(column)) {
    if (!isTextsOrNull(column)) throw misfit(name, 'an array of strings, or {codes: Int32Array, names: string[]}');
    return encode(column);
  }
  const { codes, names } = readOptions(column, CODED, name);
  if (!types.isInt32Array(codes)) throw misfit(`${name}.codes`, 'an Int32Array');
  if (!isTexts(names)) throw misfit(`${name}.names`, 'an array of strings');
  return { codes, names: [...names] };
}

function readNumbers(name, column) {
  if (types[`is${NUMBERS[name]}`](column)) return column;
  if (name === 'birthDate') {
    if (!isTextsOrNull(column)) throw misfit(name, 'an Int32Array of days since 1970, or an array of strings `YYYY-MM-DD`');
    const days = new Int32Array(column.length);
    native.policyMany.days(column, days);
    return days;
  }
  if (name === 'verifiedAt' && types.isFloat64Array(column)) {
    return BigInt64Array.from(column, (ms) => (Math.abs(ms) < 2 ** 63 ? BigInt(Math.trunc(ms)) : NO_TIME));
  }
  if (name === 'verifiedAt') throw misfit(name, 'a BigInt64Array or a Float64Array of milliseconds since 1970');
  throw misfit(name, `${NUMBERS[name].startsWith('I') ? 'an' : 'a'} ${NUMBERS[name]}`);
}

/**
 * The columns that are there, and how many rows they are: `rows`, or as many as the longest has.
 * @param {boolean} keep copy them, because a watcher will run that could take their memory away
 */
function readColumns(columns, keep) {
  if (columns === undefined) throw misfit('columns', 'an object');
  const { rows: asked, ...given } = readOptions(columns, KNOWN, 'columns');
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 0 && asked <= MOST_ROWS)) {
    throw misfit('rows', `a whole number from 0 to ${MOST_ROWS}`);
  }
  const read = Object.create(null); // without a prototype, because native code reads it
  const sizes = {};
  for (const [name, column] of Object.entries(given)) {
    if (column == null) throw refuse('invalid_argument', `\`${name}\` is there but has no value`, name);
    read[name] = name in NUMBERS ? readNumbers(name, column) : readTexts(name, column);
    if (keep) read[name] = read[name].codes ? { ...read[name], codes: read[name].codes.slice() } : read[name].slice();
    sizes[name] = (read[name].codes ?? read[name]).length;
  }
  const rows = asked ?? Math.max(0, ...Object.values(sizes));
  // The core takes an empty column for a missing one. Here the column was given, so it is a mistake.
  const empty = Object.keys(sizes).find((name) => sizes[name] === 0 && rows > 0);
  if (empty !== undefined) throw misfit(empty, `a column of ${rows} rows`);
  return { read, rows };
}

/** The arrays for the answers. */
const answers = (rows) => ({
  allowed: new Uint8Array(rows),
  failed: new BigUint64Array(rows),
  unknown: new BigUint64Array(rows),
});

module.exports = { answers, readColumns };
