'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { Decision } = require('./decision.js');

const read = native.judged;

/** What became of the ids of `verifyMany`, in their order. Nothing is made of an answer until it is read. */
class Judged {
  #judged;
  #allowed;
  #stopped;

  constructor(judged) {
    this.length = read.length(judged); // refuses the handle of anything else
    this.#judged = judged;
    this.next = read.next(judged);
    this.counts = read.counts(judged);
    this.#stopped = read.stopped(judged);
    Object.freeze(this);
  }

  /** 1 for each id that is allowed, else 0. Built when first read. */
  get allowed() {
    return (this.#allowed ??= read.allowed(this.#judged));
  }

  /** Why it stopped before the last id, or undefined. */
  get stopped() {
    return this.#stopped;
  }

  /** A decision, the error of an id about which nothing could be decided, or undefined for one that was left. */
  at(index) {
    const i = Math.trunc(index) || 0;
    const place = i < 0 ? this.length + i : i;
    const answer = place >= 0 && place < this.length ? read.at(this.#judged, place) : undefined;
    if (answer === undefined) return undefined;
    return answer.error ?? new Decision(answer);
  }

  *[Symbol.iterator]() {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  toJSON() {
    const { length, counts, next, stopped } = this;
    return { length, counts, next, ...(stopped && { stopped }) };
  }

  [inspect.custom](_depth, options) {
    return `Judged ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { Judged };
