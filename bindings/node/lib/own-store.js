'use strict';
// The application's own table of users, asked by native code on this thread.

const { types } = require('node:util');
const native = require('./native.js');
const { runFor } = require('./calls.js');
const { CLASSES, refuse } = require('./errors.js');
const { readOptions } = require('./options.js');

const CLAIM = new Set(['outcome', 'reason', 'until']);

/** The class of what was thrown. Its message and its `name` may hold personal data. */
function nameOf(error) {
  if (!types.isNativeError(error)) return typeof error;
  const name = Object.getPrototypeOf(error)?.constructor?.name;
  return typeof name === 'string' && /^[\w$]{1,80}$/.test(name) ? name : 'Error';
}

/** The `cause`. A thrown text is left out, because it would be printed. */
const errorOf = (error) => (types.isNativeError(error) ? error : undefined);

/** What some functions say by an error of bonin's. The core knows which. */
const kindOf = (error) => (error instanceof CLASSES.BoninError ? error.kind : undefined);

const asItIs = (told) => [told];
const claimed = (name) => (told) => {
  const { outcome, reason, until } = typeof told === 'string' ? { outcome: told } : readOptions(told, CLAIM, name);
  return [outcome, reason, until];
};

// How native code takes what each function answers.
const FUNCTIONS = {
  find: asItIs,
  claim: claimed('ownStore.claim'),
  standing: (told) => [told?.account, told?.bannedUntil, told?.rejoinAt, told?.reservationId],
  consume: asItIs,
  reserve: asItIs,
  commit: claimed('ownStore.commit'),
  cancel: asItIs,
  ban: () => [],
  unban: asItIs,
  release: asItIs,
  forget: asItIs,
};
const NEEDED = ['find', 'claim'];

const withBytes = (keys) => keys.map((key) => ({ ...key, hashBytes: Buffer.from(key.hash, 'hex') }));

/** Keys stand first, or in `who`. */
const given = (values) =>
  values.map((value) => {
    if (Array.isArray(value)) return withBytes(value);
    return value?.keys === undefined ? value : { keys: withBytes(value.keys) };
  });

/** The function that native code calls, and the names of those that there are. It answers the question whatever they do. */
function askOf(ownStore) {
  // The object is the application's, perhaps of a class. It may have more members than these.
  const names = Object.keys(FUNCTIONS).filter((name) => {
    const there = ownStore?.[name];
    if (typeof there === 'function') return true;
    if ((there === undefined || there === null) && !NEEDED.includes(name)) return false;
    throw refuse('invalid_argument', `\`ownStore.${name}\` must be a function`, `ownStore.${name}`);
  });
  const ask = (name, values, question, caller) => {
    // After the native call has returned, because the application's code begins calls of its own. In the context of the
    // caller, whose transaction it may be.
    Promise.resolve()
      .then(() => runFor(caller, () => ownStore[name](...given(values))))
      .then((told) => native.ownStore.answer(question, ...FUNCTIONS[name](told)))
      .catch((error) => native.ownStore.fail(question, nameOf(error), errorOf(error), kindOf(error)));
  };
  return { ask, names };
}

module.exports = { askOf };
