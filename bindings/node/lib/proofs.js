'use strict';
// A yes that lasts.

const { inspect } = require('node:util');
const native = require('./native.js');
const { clockOf } = require('./clock.js');
const decisions = require('./decision.js');
const { refuse, refuseType } = require('./errors.js');
const { readOptions } = require('./options.js');
const policies = require('./policy.js');

const CREATE = new Set(['key', 'keys', 'clock']);
const ISSUE = new Set(['subject', 'days']);
const CHECK = new Set(['subject', 'policy']);

/** Signs proofs and checks them. Sends nothing, stores nothing. Immutable. */
class Proofs {
  #proofs;

  /** @param {{key?: string, keys?: string[], clock?: Sandbox}} options each key the text itself, `env:NAME` or `file:PATH`; the first signs */
  constructor(options) {
    const { key, keys, clock } = readOptions(options, CREATE);
    if (key !== undefined && keys !== undefined) throw refuse('invalid_argument', 'name one of `key` and `keys`', 'keys');
    if (keys !== undefined && !Array.isArray(keys)) throw refuse('invalid_pepper', '`keys` must be an array', 'keys');
    this.#proofs = native.proof.create(keys ?? (key === undefined ? [] : [key]), clockOf(clock));
    Object.freeze(this);
  }

  /** A proof of a decision that allowed: a text for the application to keep. `days`: 1 to 366, from the decision. */
  issue(decision, options) {
    const handle = decisions.handleOf(decision);
    if (handle === undefined) throw refuseType(decision, 'a Decision', 'decision');
    const { subject, days } = readOptions(options, ISSUE, 'options', ISSUE);
    return native.proof.issue(this.#proofs, handle, subject, days);
  }

  /** What a proof is worth for this subject and policy: ask `valid`. @param {string | null | undefined} proof */
  check(proof, options) {
    const { subject, policy } = readOptions(options, CHECK, 'options', CHECK);
    const rules = policies.handleOf(policy);
    if (rules === undefined) throw refuseType(policy, 'a Policy', 'policy');
    return native.proof.check(this.#proofs, proof, subject, rules);
  }

  toString() {
    return 'Proofs()';
  }

  toJSON() {
    return this.toString();
  }

  [inspect.custom]() {
    return this.toString();
  }
}

module.exports = { Proofs };
