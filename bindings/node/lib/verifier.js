'use strict';

const { AsyncResource } = require('node:async_hooks');
const { inspect } = require('node:util');
const native = require('./native.js');
const { begin } = require('./calls.js');
const { clockOf } = require('./clock.js');
const { Decision } = require('./decision.js');
const { CLASSES, refuse, refuseType } = require('./errors.js');
const { Judged } = require('./judged.js');
const { warningOnce } = require('./log.js');
const { readExpect, readOptions, withText } = require('./options.js');
const policies = require('./policy.js');
const portones = require('./portone.js');
const registries = require('./registry.js');

const CALL = ['timeoutMs', 'signal'];
const PLAIN = new Set(CALL);
const CONFIRM = new Set(['subject', 'expect', 'guardian', ...CALL]);
const VERIFY = new Set(['begun', 'settleMs', 'flowId', ...CONFIRM]);
const MANY = new Set(['subject', 'expect', 'atOnce', 'perSecond', 'progress', ...CALL]);
const MEANT = new Set(['subject', 'expect', 'begun', 'guardian']);
const CREATE = new Set(['registry', 'otpLimits', 'clock', 'records']);
let traceBy;

/** A flow that is printed with the names alone of its request, which may hold what the application knows of the person. */
function printable(flow) {
  const value = (_depth, options) => inspect({ ...flow, request: `<${Object.keys(flow.request).join(', ')}>` }, options);
  return Object.defineProperty(flow, inspect.custom, { value });
}

/** An array that native code reads. A text is iterable as well, and would be so many ids of one letter. */
function listOf(ids) {
  if (Array.isArray(ids)) return ids;
  if (typeof ids === 'object' && typeof ids?.[Symbol.iterator] === 'function') return Array.from(ids);
  throw refuse('invalid_argument', '`ids` must be an array, or something iterable, of strings', 'ids');
}

/** Looks an id up and judges it. */
class Verifier {
  #verifier;
  #takeRecord; // where the application takes the records itself
  #around; // runs each verification, for whoever traces them
  #asks; // the application's own store

  /**
   * @param {PortOne} portone
   * @param {Policy} policy
   * @param {{registry?: Registry, otpLimits?: object, clock?: Sandbox, records?: string | ((line: string) => void)}} [options] `registry`: what a policy needs that asks about accounts,
   *   bans or single use. `otpLimits`: how often within an hour codes may be asked for and tried.
   *   `clock`: a sandbox, whose clock is followed; the client's by default. `records`: the path of a file that gets the
   *   record() of each decision as a line, or a function that takes it
   */
  constructor(portone, policy, options) {
    const client = portones.handleOf(portone);
    if (client === undefined) {
      throw refuseType(portone, 'a PortOneV1 or a PortOneV2', 'portone');
    }
    const rules = policies.handleOf(policy);
    if (rules === undefined && (typeof policy === 'string' || policy?.constructor === Object)) {
      const ways = '`Policy.preset(…)`, `new Policy(…)` or `Policy.load(…)`';
      throw refuse('invalid_argument', `\`policy\` must be a Policy: make one with ${ways}`, 'policy');
    }
    if (rules === undefined) throw refuseType(policy, 'a Policy', 'policy');
    const { registry, otpLimits, clock, records } = readOptions(options, CREATE);
    const people = registries.handleOf(registry);
    if (registry !== undefined && people === undefined) {
      throw refuseType(registry, 'a Registry', 'registry');
    }
    const takes = typeof records === 'function';
    if (records !== undefined && !takes && (typeof records !== 'string' || records === '')) {
      throw refuse('invalid_argument', '`records` must be a path or a function', 'records');
    }
    const path = takes ? undefined : records;
    this.#verifier = native.verifier.create(client, rules, people, otpLimits ?? undefined, clockOf(clock), path);
    if (takes) this.#takeRecord = this.#handingOver(records);
    this.#asks = registry !== undefined && registries.asksOf(registry);
    this.portone = portone;
    this.policy = policy;
    this.registry = registry;
    Object.freeze(this);
  }

  static {
    traceBy = (verifier, around) => (verifier.#around = around);
  }

  /** What hands a record over before its decision is answered. An exception does not reach the call. */
  #handingOver(takes) {
    const count = (taken) => native.verifier.countRecord(this.#verifier, taken);
    const warn = warningOnce('records');
    const lose = (error) => {
      count(false);
      warn(error);
    };
    return (line) => {
      try {
        const answer = takes(line);
        if (typeof answer?.then === 'function') answer.then(() => count(true), lose);
        else count(true);
      } catch (error) {
        lose(error);
      }
    };
  }

  #toDecision = (handle) => {
    const decision = new Decision(handle);
    this.#takeRecord?.(decision.record());
    return decision;
  };

  #begin(name, signal, start, wrap = this.#toDecision) {
    const run = () => begin(signal, wrap, start, portones.logsOf(this.portone), this.#asks);
    return this.#around === undefined ? run() : this.#around(name, run);
  }

  /** What it has concluded in this process: plain numbers. */
  metrics() {
    return native.health.metricsOfVerifier(this.#verifier);
  }

  /** The policy's warnings, and what it asks that the registry's keys cannot tell. */
  get warnings() {
    return native.verifier.warnings(this.#verifier);
  }

  /**
   * Starts an identity verification that is to happen in a browser. Sends nothing, stores nothing.
   * @param {string} subject who asks: a session or user id, 1 to 1,000 bytes
   * @param {object} [options] for PortOne's script, by its V2 or V1 names; `provider`, `bindChannel` and `guardianOf`
   * @returns {{api: 'v1' | 'v2', id: string, expiresAt: Date, request: object, warnings: string[]}} `request` is what
   *   PortOne's script takes
   */
  begin(subject, options) {
    const flow = native.verifier.begin(this.#verifier, subject, withText(options, 'options'));
    return printable({ ...flow, request: JSON.parse(flow.request) });
  }

  /**
   * A decision, allowed or not; rejects only when nothing could be decided.
   * @param {string} id what the browser received
   * @param {{subject?: string, expect?: object, begun?: boolean, settleMs?: number, flowId?: string, guardian?: string,
   *   timeoutMs?: number, signal?: AbortSignal}} [options]
   *   `subject` is who asks: a session or user id; a policy about accounts needs it. `expect` is what the verification must carry.
   *   `begun: true` allows only what `begin` started for the same subject within the hour; `settleMs` is how long a result that
   *   PortOne does not have yet is asked for again. `guardian` is the id of the guardian's verification.
   * @returns {Promise<Decision>}
   */
  verify(id, options) {
    try {
      const { subject, expect, begun, settleMs, flowId, guardian, timeoutMs, signal } = readOptions(options, VERIFY, 'options', MEANT);
      const expected = readExpect(expect);
      const start = (slot) =>
        native.verifier.verify(this.#verifier, slot, id, timeoutMs, subject, guardian, begun, settleMs, flowId, ...expected);
      return this.#begin('verify', signal, start);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Judges each id as `verify` does, in one call: for jobs. An id about which nothing can be decided has its error for an
   * answer, and the others go on; where going on would not help, it stops and answers what it has.
   * @param {Iterable<string>} ids 100,000 at most
   * @param {{subject?: string, expect?: object, atOnce?: number, perSecond?: number,
   *   progress?: (done: number, total: number) => boolean | void, timeoutMs?: number, signal?: AbortSignal}} [options]
   *   `atOnce` are under way at once, 64 by default; `perSecond` are begun within a second, without a limit by default.
   *   `progress` is told now and then how many have ended, and stops it by answering false. `timeoutMs` is of each id.
   *   `signal` stops it: what was decided by then is in the answer
   * @returns {Promise<Judged>}
   */
  verifyMany(ids, options) {
    try {
      const { subject, expect, atOnce, perSecond, progress, timeoutMs, signal } = readOptions(options, MANY, 'options', MEANT);
      const expected = readExpect(expect);
      const list = listOf(ids);
      const tell = this.#telling(progress);
      const start = (slot) =>
        native.verifier.verifyMany(this.#verifier, slot, list, timeoutMs, subject, atOnce, perSecond, tell, this.#takeRecord, ...expected);
      return this.#begin('verify_many', signal, start, (judged) => new Judged(judged));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** What hears about progress, in the context of the caller. An exception of the watcher does not reach the call. */
  #telling(progress) {
    const logs = portones.logsOf(this.portone);
    if (progress === undefined && logs === undefined) return undefined;
    if (progress !== undefined && typeof progress !== 'function') {
      throw refuse('invalid_argument', '`progress` must be a function', 'progress');
    }
    const warn = warningOnce('progress');
    return AsyncResource.bind((done, total) => {
      for (const log of logs ?? []) log.drain(); // such a call may last for hours
      try {
        return progress?.(done, total) !== false;
      } catch (error) {
        warn(error);
        return true;
      }
    });
  }

  /** The verification of somebody who is allowed; rejects with `Denied` (`.decision`) otherwise. */
  async require(id, options) {
    const decision = await this.verify(id, options);
    if (decision.allowed !== true) throw new CLASSES.Denied('denied', decision.toString(), { decision });
    return decision.verification;
  }

  /**
   * Sends a code to a person, without a browser's script.
   * @param {string} subject who asks
   * @param {object} person `channelKey`, `name`, `phone`, `identityNumber`, `carrier`, `ipAddress`, and what else is known
   * @returns {Promise<{api: 'v1' | 'v2', id: string, expiresAt: Date}>} `id` is what `confirmOtp` takes
   */
  sendOtp(subject, person, options) {
    return this.#step(options, (slot, timeoutMs) =>
      native.verifier.sendOtp(this.#verifier, slot, subject, withText(person, 'person'), timeoutMs),
    );
  }

  /** V2: sends the code again. @returns {Promise<void>} */
  resendOtp(subject, id, options) {
    return this.#step(options, (slot, timeoutMs) => native.verifier.resendOtp(this.#verifier, slot, subject, id, timeoutMs));
  }

  /**
   * Finishes it with the code, or without one for the APP method, and judges as `verify` does with `begun`.
   * @param {{subject: string, expect?: object, guardian?: string, timeoutMs?: number, signal?: AbortSignal}} options
   * @returns {Promise<Decision>}
   */
  confirmOtp(id, otp, options) {
    try {
      const { subject, expect, guardian, timeoutMs, signal } = readOptions(options, CONFIRM, 'options', MEANT);
      const expected = readExpect(expect);
      const start = (slot) => native.verifier.confirmOtp(this.#verifier, slot, id, timeoutMs, subject, guardian, otp, ...expected);
      return this.#begin('confirm_otp', signal, start);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Looks at what a verification needs, for boot and readiness. A bad state is an answer.
   * @param {{timeoutMs?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<{ok: boolean, checks: {name: string, ok: boolean, reason?: string, detail: string, durationMs: number}[]}>}
   */
  check(options) {
    return this.#step(options, (slot, timeoutMs) => native.verifier.check(this.#verifier, slot, timeoutMs));
  }

  /**
   * Takes no new verifications and codes: they reject with `Draining`. Waits for those under way; the client goes on for
   * others.
   * @returns {Promise<number>} how many are left after `timeoutMs`
   */
  drain(options) {
    return this.#step(options, (slot, timeoutMs) => native.verifier.drain(this.#verifier, slot, timeoutMs));
  }

  /** A call that answers as native code does. */
  #step(options, run) {
    try {
      const { timeoutMs, signal } = readOptions(options, PLAIN);
      return begin(signal, undefined, (slot) => run(slot, timeoutMs), portones.logsOf(this.portone));
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

module.exports = {
  Verifier,
  /** `around(name, run)` answers what `run()` promises. */
  traceBy: (verifier, around) => traceBy(verifier, around),
};
