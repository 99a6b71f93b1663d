'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { begin } = require('./calls.js');
const { clockOf } = require('./clock.js');
const { Decision } = require('./decision.js');
const { CLASSES, refuse, refuseType } = require('./errors.js');
const { readExpect, readOptions, withText } = require('./options.js');
const policies = require('./policy.js');
const portones = require('./portone.js');
const registries = require('./registry.js');

const CALL = ['timeoutMs', 'signal'];
const PLAIN = new Set(CALL);
const CONFIRM = new Set(['subject', 'expect', 'guardian', ...CALL]);
const VERIFY = new Set(['begun', 'settleMs', 'flowId', ...CONFIRM]);
const MEANT = new Set(['subject', 'expect', 'begun', 'guardian']);
const CREATE = new Set(['registry', 'otpLimits', 'clock', 'records']);
let traceBy;

/** Looks an id up and judges it. */
class Verifier {
  #verifier;
  #toDecision;
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
    this.#toDecision = takes ? this.#handingOver(records) : (decision) => new Decision(decision);
    this.#asks = registry !== undefined && registries.asksOf(registry);
    this.portone = portone;
    this.policy = policy;
    this.registry = registry;
    Object.freeze(this);
  }

  static {
    traceBy = (verifier, around) => (verifier.#around = around);
  }

  /** What makes a decision, and hands its record over before it is answered. An exception does not reach the call. */
  #handingOver(takes) {
    let warned = false;
    const count = (taken) => native.verifier.countRecord(this.#verifier, taken);
    const lose = (error) => {
      count(false);
      if (warned) return;
      warned = true;
      process.emitWarning('`records` threw; what else it throws is not shown', { type: 'BoninWarning', detail: inspect(error) });
    };
    return (handle) => {
      const decision = new Decision(handle);
      try {
        const answer = takes(decision.record());
        if (typeof answer?.then === 'function') answer.then(() => count(true), lose);
        else count(true);
      } catch (error) {
        lose(error);
      }
      return decision;
    };
  }

  #begin(name, signal, start) {
    const run = () => begin(signal, this.#toDecision, start, portones.logsOf(this.portone), this.#asks);
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
    return { ...flow, request: JSON.parse(flow.request) };
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
