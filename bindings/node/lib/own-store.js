'use strict';
// The application's own table of users, asked by native code on this thread.

const { types } = require('node:util');
const native = require('./native.js');
const { runFor } = require('./calls.js');
const { refuse } = require('./errors.js');
const { readOptions } = require('./options.js');

const CLAIM = new Set(['outcome', 'reason', 'until']);

/** The name of what was thrown. Its message may hold personal data. */
const nameOf = (error) => (types.isNativeError(error) ? String(error.name) : typeof error);

/** The `cause`. A thrown text is left out, because it would be printed. */
const errorOf = (error) => (types.isNativeError(error) ? error : undefined);

const OPERATIONS = {
  find: {
    answer: (question, account) => native.ownStore.answerFind(question, account),
    fail: (question, error) => native.ownStore.failFind(question, nameOf(error), errorOf(error)),
  },
  claim: {
    answer(question, claim) {
      const { outcome, reason, until } = typeof claim === 'string' ? { outcome: claim } : readOptions(claim, CLAIM, 'ownStore.claim');
      native.ownStore.answerClaim(question, outcome, reason, until);
    },
    fail: (question, error) => native.ownStore.failClaim(question, nameOf(error), errorOf(error)),
  },
};

/** The function that native code calls. It answers the question whatever the application's functions do. */
function askOf(ownStore) {
  // The object is the application's, perhaps of a class. It may have more members than the two.
  for (const name of Object.keys(OPERATIONS)) {
    if (typeof ownStore?.[name] !== 'function') {
      throw refuse('invalid_argument', `\`ownStore.${name}\` must be a function`, `ownStore.${name}`);
    }
  }
  return (operation, keys, accountId, question, caller) => {
    const { answer, fail } = OPERATIONS[operation];
    // After the native call has returned, because the application's code begins calls of its own. In the context of the
    // caller, whose transaction it may be.
    Promise.resolve()
      .then(() => runFor(caller, () => ownStore[operation](keys, accountId)))
      .then((value) => answer(question, value))
      .catch((error) => fail(question, error));
  };
}

module.exports = { askOf };
