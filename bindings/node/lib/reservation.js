'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { begin } = require('./calls.js');
const { readCall } = require('./options.js');

const { reservation: read } = native;

/** A place kept for a person whose account does not exist yet. It lapses by itself. */
class Reservation {
  #place;

  constructor(place) {
    this.#place = place;
    this.expiresAt = read.expiresAt(place);
    Object.freeze(this);
  }

  /** Whoever knows it may commit it: kept out of everything that prints. */
  get id() {
    return read.id(this.#place);
  }

  /** Turns it into an account; saying it again answers `existing`. Rejects with `ClaimRefused` when nothing was granted. */
  commit(accountId, options) {
    return this.#call('commit', options, accountId);
  }

  /** As `commit`, and a refusal is an answer: ask `granted`. */
  tryCommit(accountId, options) {
    return this.#call('tryCommit', options, accountId);
  }

  /** @returns {Promise<boolean>} false: it was not there any more */
  cancel(options) {
    return this.#call('cancel', options);
  }

  #call(operation, options, ...given) {
    try {
      const { timeoutMs, signal } = readCall(options);
      return begin(signal, undefined, (slot) => read[operation](this.#place, slot, ...given, timeoutMs), undefined, true);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  toJSON() {
    return { expiresAt: this.expiresAt };
  }

  [inspect.custom](_depth, options) {
    return `Reservation ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { Reservation };
