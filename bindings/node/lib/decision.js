'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { begin } = require('./calls.js');
const { readCall } = require('./options.js');
const { Reservation } = require('./reservation.js');
const { Verification } = require('./verification.js');

const read = native.decision;
let handleOf;

/**
 * The answer to "may this person?". Not a boolean: an object is always true, so `if (decision)` would let everybody in.
 * Ask `decision.allowed`, or use `verifier.require`.
 */
class Decision {
  #decision;
  #verification;
  #reservation;

  constructor(decision) {
    read.allowed(decision); // refuses the handle of anything else
    this.#decision = decision;
  }

  static {
    handleOf = (value) => (value !== null && typeof value === 'object' && #decision in value ? value.#decision : undefined);
  }

  get allowed() {
    return read.allowed(this.#decision);
  }

  /** Every rule that was judged: `{code, outcome, reason, pointer, ko, en}`, without personal data. Built when read. */
  get findings() {
    return read.findings(this.#decision);
  }

  /** The findings that did not pass. */
  get denials() {
    return read.denials(this.#decision);
  }

  /** The denials as the person should read them: an unfinished verification alone, nothing twice, no mistake of the application. */
  get shown() {
    return read.shown(this.#decision);
  }

  /** It denies, and a guardian's consent alone is missing. */
  get needsGuardian() {
    return read.needsGuardian(this.#decision);
  }

  get verification() {
    return (this.#verification ??= new Verification(read.verification(this.#decision)));
  }

  /** The place kept for this person: there whenever a verifier's policy lets them in as somebody new, else undefined. */
  get reservation() {
    const place = this.#reservation === undefined ? read.reservation(this.#decision) : undefined;
    if (place !== undefined) this.#reservation = new Reservation(place);
    return this.#reservation;
  }

  /** Turns the reservation into an account. Rejects with `ClaimRefused` when nothing was granted. */
  commit(accountId, options) {
    try {
      const { timeoutMs, signal } = readCall(options);
      return begin(signal, undefined, (slot) => read.commit(this.#decision, slot, accountId, timeoutMs), undefined, true);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  get policyName() {
    return read.policyName(this.#decision);
  }

  /** SHA-256 of the policy that decided. */
  get policyHash() {
    return read.policyHash(this.#decision);
  }

  /** When it was decided: Date. */
  get at() {
    return read.at(this.#decision);
  }

  /** An audit line for a decision log: JSON text without personal data, the id hashed. */
  record() {
    return read.record(this.#decision);
  }

  toJSON() {
    return {
      allowed: this.allowed,
      policyName: this.policyName,
      policyHash: this.policyHash,
      at: this.at,
      denials: this.denials,
      ...(this.needsGuardian && { needsGuardian: true }),
      verification: this.verification.toJSON(),
    };
  }

  toString() {
    const why = this.denials.map(({ code, reason }) => (reason ? `${code} (${reason})` : code)).join(', ');
    return this.allowed ? `allowed by policy \`${this.policyName}\`` : `denied by policy \`${this.policyName}\`: ${why}`;
  }

  /** Refuses `decision == x`, `decision + x` and numbers, which would work on something else than the answer. */
  [Symbol.toPrimitive](hint) {
    if (hint === 'string') return this.toString();
    throw new TypeError('a Decision is no plain value: use decision.allowed');
  }

  [inspect.custom](_depth, options) {
    return `Decision ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { Decision, handleOf: (value) => handleOf(value) };
