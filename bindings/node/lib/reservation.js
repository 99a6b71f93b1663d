'use strict';

const { inspect } = require('node:util');

/** A place kept for a person whose account does not exist yet. It lapses by itself. */
class Reservation {
  #registry;
  #id;

  constructor(registry, { id, expiresAt }) {
    this.#registry = registry;
    this.#id = id;
    this.expiresAt = expiresAt;
    Object.freeze(this);
  }

  /** Whoever knows it may commit it: kept out of everything that prints. */
  get id() {
    return this.#id;
  }

  /** Turns it into an account; saying it again answers `existing`. @returns {Promise<object>} as `Registry.claim` */
  commit(accountId) {
    return this.#registry.commit(this.#id, accountId);
  }

  /** @returns {Promise<boolean>} false: it was not there any more */
  cancel() {
    return this.#registry.cancel(this.#id);
  }

  toJSON() {
    return { expiresAt: this.expiresAt };
  }

  [inspect.custom](_depth, options) {
    return `Reservation ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { Reservation };
