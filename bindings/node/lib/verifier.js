'use strict';

const native = require('./native.js');
const { begin } = require('./calls.js');
const { Decision } = require('./decision.js');
const { CLASSES, refuse, refuseType } = require('./errors.js');
const { readExpect, readOptions } = require('./options.js');
const policies = require('./policy.js');
const portones = require('./portone.js');
const registries = require('./registry.js');

const VERIFY = new Set(['subject', 'expect', 'begun', 'timeoutMs', 'signal']);
const MEANT = new Set(['subject', 'expect', 'begun']);
const CREATE = new Set(['registry']);

/** Looks an id up and judges it. */
class Verifier {
  #verifier;
  #toDecision;
  #log;

  /**
   * @param {PortOne} portone
   * @param {Policy} policy
   * @param {{registry?: Registry}} [options] what a policy needs that asks about accounts, bans or single use
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
    const { registry } = readOptions(options, CREATE);
    const people = registries.handleOf(registry);
    if (registry !== undefined && people === undefined) {
      throw refuseType(registry, 'a Registry', 'registry');
    }
    this.#verifier = native.verifier.create(client, rules, people);
    this.#toDecision = (decision) => new Decision(decision);
    this.#log = portones.logOf(portone);
    this.portone = portone;
    this.policy = policy;
    this.registry = registry;
    Object.freeze(this);
  }

  /** The policy's warnings, and what it asks that the registry's keys cannot tell. */
  get warnings() {
    return native.verifier.warnings(this.#verifier);
  }

  /**
   * Starts an identity verification that is to happen in a browser. Sends nothing, stores nothing.
   * @param {string} subject who asks: a session or user id, 1 to 1,000 bytes
   * @param {{channelKey?: string, redirectUrl?: string}} [options] go into the request as they are
   * @returns {{api: 'v1' | 'v2', id: string, expiresAt: Date, request: object}} `request` is what PortOne's script takes
   */
  begin(subject, options) {
    return native.verifier.begin(this.#verifier, subject, options);
  }

  /**
   * A decision, allowed or not; rejects only when nothing could be decided.
   * @param {string} id what the browser received
   * @param {{subject?: string, expect?: object, begun?: boolean, timeoutMs?: number, signal?: AbortSignal}} [options]
   *   `subject` is who asks: a session or user id; a policy about accounts needs it. `expect` is what the verification must carry.
   *   `begun: true` allows only what `begin` started for the same subject within the hour.
   * @returns {Promise<Decision>}
   */
  verify(id, options) {
    try {
      const { subject, expect, begun, timeoutMs, signal } = readOptions(options, VERIFY, 'options', MEANT);
      const { merchantUid, customData, name, phone, birthDate } = readExpect(expect);
      const start = (slot) =>
        native.verifier.verify(this.#verifier, slot, id, timeoutMs, subject, begun, merchantUid, customData, name, phone, birthDate);
      return begin(signal, this.#toDecision, start, this.#log);
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
}

module.exports = { Verifier };
