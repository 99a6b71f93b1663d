'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { Decision } = require('./decision.js');
const { refuse } = require('./errors.js');
const { readExpect, readOptions, toJson } = require('./options.js');
const { recordOf } = require('./verification.js');

const read = native.policy;
const EVALUATE = new Set(['now', 'expect', 'standing']);
const MADE = Symbol('made');
let handleOf;

/** What must hold before somebody is let in. Immutable. */
class Policy {
  #policy;

  /** @param {object | string} document a policy document, as an object or as JSON text */
  constructor(document, handle) {
    this.#policy = document === MADE ? handle : read.parse(toJson(document, 'invalid_policy', 'document'));
  }

  static {
    handleOf = (value) => (value !== null && typeof value === 'object' && #policy in value ? value.#policy : undefined);
  }

  /** A policy that bonin brings along, such as `kr.youth_protection`. `kr.vote` needs `{electionDay: 'YYYY-MM-DD'}`. */
  static preset(name, options) {
    return new Policy(MADE, read.preset(name, options));
  }

  static get presetNames() {
    return read.presetNames();
  }

  /** Reads a policy document from a file. */
  static load(path) {
    return new Policy(MADE, read.load(path));
  }

  get name() {
    return read.name(this.#policy);
  }

  get description() {
    return read.description(this.#policy);
  }

  /** SHA-256 of the document. */
  get hash() {
    return read.hash(this.#policy);
  }

  /** The source in the law of the preset this is or extends, or undefined. */
  get law() {
    return read.law(this.#policy);
  }

  /** The whole document with everything implied written out: JSON text. */
  get document() {
    return read.document(this.#policy);
  }

  /** Contradictions, and rules that can never pass. */
  get warnings() {
    return read.warnings(this.#policy);
  }

  get needsStanding() {
    return read.needsStanding(this.#policy);
  }

  /** In plain words, one line a rule. @param {'ko' | 'en'} language */
  explain(language) {
    return read.explain(this.#policy, language);
  }

  /**
   * Decides. Pure: the moment is an argument.
   * @param {Verification} verification from a lookup
   * @param {{now: Date, expect?: object, standing?: object}} options
   */
  evaluate(verification, options) {
    const record = recordOf(verification);
    if (record === undefined) {
      throw refuse('invalid_argument', '`verification` must be a Verification', 'verification');
    }
    const { now, expect, standing } = readOptions(options, EVALUATE);
    const { merchantUid, customData, name, phone, birthDate } = readExpect(expect);
    return new Decision(
      read.evaluate(this.#policy, record, now, standing, merchantUid, customData, name, phone, birthDate),
    );
  }

  toJSON() {
    return { name: this.name, hash: this.hash };
  }

  [inspect.custom](_depth, options) {
    return `Policy ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { Policy, handleOf: (value) => handleOf(value) };
