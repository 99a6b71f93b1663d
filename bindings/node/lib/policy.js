'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { answers, readColumns } = require('./columns.js');
const { Decision } = require('./decision.js');
const { refuse, refuseType } = require('./errors.js');
const { readExpect, readOptions, toJson } = require('./options.js');
const { recordOf } = require('./verification.js');

const read = native.policy;
const many = native.policyMany;
const EVALUATE = new Set(['now', 'expect', 'standing', 'guardian']);
const EVALUATE_MANY = new Set(['now', 'expect', 'progress']);
const EVALUATE_COLUMNS = new Set(['now', 'progress']);
const DIFF = new Set(['cases', 'casesFile']);
const MEANT = new Set(['expect', 'guardian']);
const RESERVED = new Set(['reserved']); // of the others a missing one is unknown, which denies
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

  /** What each preset asks for, and its law: `[{name, ko, en, law, electionDay}]`. */
  static get presets() {
    return read.presets();
  }

  /** Reads a policy document from a file, and the files that it extends. */
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

  /** The sources in the law of the presets this is or extends, or undefined. */
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

  /** `{code, pointer}` of the rule behind each bit of `failed` and `unknown`, where nothing was expected. */
  get rules() {
    return many.rules(this.#policy);
  }

  /** How long somebody who gave up an account may not sign up again, where the document says it: for `registry.release`. */
  get rejoinAfterMs() {
    return read.rejoinAfterMs(this.#policy);
  }

  get needsStanding() {
    return read.needsStanding(this.#policy);
  }

  /** In plain words, one line a rule. @param {'ko' | 'en'} language */
  explain(language) {
    return read.explain(this.#policy, language);
  }

  /**
   * The rules as nested objects, for somebody to draw. @param {'ko' | 'en'} language
   * @returns `[{code, pointer, phrase, text, base, law, parts}]`
   */
  tree(language) {
    return read.tree(this.#policy, language);
  }

  /**
   * Decides. Pure: the moment is an argument.
   * @param {Verification} verification from a lookup
   * @param {{now: Date, expect?: object, standing?: object, guardian?: Verification}} options `guardian`: who consents
   */
  evaluate(verification, options) {
    const record = recordOf(verification);
    if (record === undefined) {
      throw refuseType(verification, 'a Verification', 'verification');
    }
    const { now, expect, standing, guardian } = readOptions(options, EVALUATE, 'options', MEANT);
    const expected = readExpect(expect);
    const consents = recordOf(guardian);
    if (guardian !== undefined && consents === undefined) throw refuseType(guardian, 'a Verification', 'guardian');
    const known = standing === undefined ? undefined : readOptions(standing, undefined, 'standing', RESERVED);
    return new Decision(read.evaluate(this.#policy, record, now, known, consents, ...expected));
  }

  /**
   * Decides many, with the answers of `evaluate`. Takes its time before it returns.
   * @param {Verification[]} records
   * @param {{now: Date, expect?: object, progress?: (done: number, rows: number) => boolean | void}} options
   *   `expect` holds for all; `progress` is told now and then how far it got, and stops it by answering false: what was
   *   not reached is denied, with every bit of `unknown` set
   * @returns arrays of one number a record, and what their bits stand for: `{allowed, failed, unknown, rules}`
   */
  evaluateMany(records, options) {
    if (!Array.isArray(records)) {
      throw refuse('invalid_argument', '`records` must be an array of Verifications', 'records');
    }
    const handles = Array.from(records, (record, i) => {
      const handle = recordOf(record);
      if (handle === undefined) throw refuseType(record, 'a Verification', `records/${i}`);
      return handle;
    });
    const { now, expect, progress } = readOptions(options, EVALUATE_MANY, 'options', MEANT);
    const expected = readExpect(expect);
    const out = answers(handles.length);
    out.unknown.fill(2n ** 64n - 1n);
    many.evaluateMany(this.#policy, handles, now, out, readProgress(progress), ...expected);
    return { ...out, rules: many.rules(this.#policy, ...expected) };
  }

  /**
   * Decides over columns, no object a row: a million rows in some hundredths of a second, before it returns. The
   * answers are those of `evaluate` without expectations and standing.
   * @param {object} columns see docs/policy.md; each has an entry a row, or one entry for all rows
   * @param {{now: Date, progress?: (done: number, rows: number) => boolean | void}} options as for `evaluateMany`
   */
  evaluateColumns(columns, options) {
    const { now, progress: watcher } = readOptions(options, EVALUATE_COLUMNS);
    const progress = readProgress(watcher);
    const { read: given, rows } = readColumns(columns, progress !== undefined);
    const out = answers(rows);
    many.evaluateColumns(this.#policy, given, rows, now, out, progress);
    return { ...out, rules: this.rules };
  }

  /**
   * Runs a cases file (docs/policy.md) on this policy, whatever policies it names.
   * @param {object | string} cases as an object or as JSON text
   * @returns `{passed, failures, cases: [{name, passed, difference}], text}`
   */
  test(cases) {
    return runPolicyCases(cases, this.#policy);
  }

  toJSON() {
    return { name: this.name, hash: this.hash };
  }

  [inspect.custom](_depth, options) {
    return `Policy ${inspect(this.toJSON(), options)}`;
  }
}

const runPolicyCases = (cases, handle) => native.policyCases.run(toJson(cases, 'invalid_argument', 'cases'), handle);

const runPolicyCasesFile = (path) => native.policyCases.runFile(path);

/**
 * What changes from one policy to another, and for whom.
 * @param {{cases?: object | string, casesFile?: string}} options who is decided otherwise among the cases of a cases file
 * @returns `{before, after, rules: [{change, code, before, after}], cases: [{name, before, after, denials}], judged, ko, en}`
 */
function policyDiff(before, after, options) {
  const { cases, casesFile } = readOptions(options, DIFF);
  for (const [name, policy] of Object.entries({ before, after })) {
    if (handleOf(policy) === undefined) throw refuseType(policy, 'a Policy', name);
  }
  if (cases !== undefined && casesFile !== undefined) {
    throw refuse('invalid_argument', 'either `cases` or `casesFile` was expected', 'casesFile');
  }
  const text = cases === undefined ? undefined : toJson(cases, 'invalid_argument', 'cases');
  return JSON.parse(native.policyCases.diff(handleOf(before), handleOf(after), text, casesFile));
}

function readProgress(progress) {
  if (progress !== undefined && typeof progress !== 'function') {
    throw refuse('invalid_argument', '`progress` must be a function', 'progress');
  }
  return progress;
}

const fromHandle = (handle) => new Policy(MADE, handle);

module.exports = { Policy, fromHandle, handleOf: (value) => handleOf(value), policyDiff, runPolicyCases, runPolicyCasesFile };
