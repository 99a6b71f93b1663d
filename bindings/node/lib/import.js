'use strict';
// Moving in: the JavaScript half of registry.import and its kin.

const native = require('./native.js');
const { begin } = require('./calls.js');
const { refuse } = require('./errors.js');
const { readOptions } = require('./options.js');

const BATCH = native.import.batch();
const ROW = ['kind', 'value', 'provider', 'merchant', 'account'];
const KEY = ['kind', 'pepperId', 'hash', 'provider', 'account', 'receivedAt'];
const FILE = ['kind', 'provider', 'merchant'];
const OPTIONS = ['attests', 'anyValue', 'conflicts', 'onConflict', 'onBatch', 'timeoutMs', 'signal'];
const ROWS_OPTIONS = new Set(OPTIONS);
const FILE_OPTIONS = new Set([...OPTIONS, ...FILE]);
// What registry.keys() gives beside the fields of a row.
const ROW_KEYS = new Set(ROW);
const KEY_KEYS = new Set([...KEY, 'hashBytes']);

// Half a character is nothing that the core takes.
const whole = (field) => (typeof field === 'string' && !field.isWellFormed() ? '\0' : field);

/** A row as an array of its fields. */
function rowOf(row, names, known, required, number) {
  const place = `rows/${number}`;
  const inOrder = Array.isArray(row);
  if (inOrder ? row.length < required || row.length > names.length : row === null || typeof row !== 'object') {
    throw refuse('invalid_argument', `\`${place}\` must be an object or an array of ${names.join(', ')}`, place);
  }
  if (inOrder) return row.map(whole);
  for (const key of Object.keys(row)) {
    if (!known.has(key)) throw refuse('invalid_argument', `\`${place}\` has a key that a row does not have`, place);
  }
  return names.map((name) => whole(row[name]));
}

class Import {
  #import;
  #call;
  #onConflict;
  #onBatch;

  /** @param {object} given options that were read */
  constructor(registry, { attests, anyValue, conflicts, onConflict, onBatch, timeoutMs, signal }) {
    for (const [name, told] of Object.entries({ onConflict, onBatch })) {
      if (told !== undefined && typeof told !== 'function') {
        throw refuse('invalid_argument', `\`${name}\` must be a function`, name);
      }
    }
    this.#import = native.import.create(registry, { attests, anyValue, conflicts });
    this.#call = { timeoutMs, signal };
    this.#onConflict = onConflict;
    this.#onBatch = onBatch;
  }

  get report() {
    return native.import.report(this.#import);
  }

  /** Takes a batch in. Are there more of them? */
  async add(operation, ...what) {
    const { timeoutMs, signal } = this.#call;
    const start = (slot) => native.import[operation](this.#import, slot, ...what, timeoutMs);
    const { conflicts, more } = await begin(signal, undefined, start);
    if (this.#onConflict !== undefined) for (const conflict of conflicts) this.#onConflict(conflict);
    this.#onBatch?.(this.report);
    return more;
  }

  /** Takes the rows of an iterable in. */
  async addAll(operation, rows, read) {
    let batch = [];
    let number = 0;
    const flush = () => {
      const full = batch;
      batch = [];
      return this.add(operation, full, number - full.length + 1);
    };
    for await (const row of rows) {
      batch.push(read(row, ++number));
      if (batch.length === BATCH) await flush();
    }
    if (batch.length > 0) await flush();
    return this.report;
  }
}

/** What can be iterated over, asynchronously or not. */
function iterable(rows, name) {
  if (rows?.[Symbol.asyncIterator] === undefined && rows?.[Symbol.iterator] === undefined) {
    throw refuse('invalid_argument', `\`${name}\` must be iterable`, name);
  }
  return rows;
}

async function importRows(registry, rows, options) {
  const one = new Import(registry, readOptions(options, ROWS_OPTIONS));
  return one.addAll('add', iterable(rows, 'rows'), (row, number) => rowOf(row, ROW, ROW_KEYS, ROW.length, number));
}

async function importKeys(registry, keys, options) {
  const one = new Import(registry, readOptions(options, ROWS_OPTIONS));
  return one.addAll('addKeys', iterable(keys, 'keys'), (row, number) => rowOf(row, KEY, KEY_KEYS, KEY.length - 1, number));
}

async function importFile(registry, path, options) {
  const { kind, provider, merchant, ...rest } = readOptions(options, FILE_OPTIONS);
  const file = native.import.open(path, { kind, provider, merchant });
  const one = new Import(registry, rest);
  while (await one.add('addFile', file));
  return one.report;
}

async function importFrom(registry, source, options) {
  const one = new Import(registry, readOptions(options, ROWS_OPTIONS));
  while (await one.add('addRegistry', source));
  return one.report;
}

module.exports = { importRows, importKeys, importFile, importFrom };
