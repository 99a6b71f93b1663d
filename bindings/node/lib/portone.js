'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { begin } = require('./calls.js');
const { readCall } = require('./options.js');
const { Verification } = require('./verification.js');

const toVerification = (record) => new Verification(record);
let handleOf;

/** What both APIs can do. */
class PortOne {
  #client;

  constructor(client) {
    this.#client = client;
  }

  static {
    handleOf = (value) => (value !== null && typeof value === 'object' && #client in value ? value.#client : undefined);
  }

  /**
   * Looks one verification up. A malformed id sends nothing.
   * @param {string} id V1 imp_uid or V2 identity verification id
   * @param {{timeoutMs?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<Verification>}
   */
  lookup(id, options) {
    return call(options, toVerification, (slot, timeoutMs) => native.portone.lookup(this.#client, slot, id, timeoutMs));
  }

  /** Settles every call under way with `Closed` and refuses new ones. */
  close() {
    native.portone.close(this.#client);
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
    this.close();
  }

  toString() {
    return native.portone.describe(this.#client);
  }

  toJSON() {
    return this.toString();
  }

  [inspect.custom]() {
    return this.toString();
  }
}

/** A call whose options are `{timeoutMs, signal}`; bad options reject as everything does. */
function call(options, wrap, start) {
  try {
    const { timeoutMs, signal } = readCall(options);
    return begin(signal, wrap, (slot) => start(slot, timeoutMs));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** V1 (api.iamport.kr). */
class PortOneV1 extends PortOne {
  constructor(options) {
    super(native.portoneV1.create(options));
  }

  /** Asks the carrier to send a code. Answers the imp_uid. Never sent twice. @returns {Promise<string>} */
  requestOtp(request, options) {
    return call(options, undefined, (slot, timeoutMs) =>
      native.portoneV1.requestOtp(handleOf(this), slot, request, timeoutMs),
    );
  }

  /** Finishes it with the six digits; without them for the APP method. @returns {Promise<Verification>} */
  confirmOtp(impUid, otp, options) {
    return call(options, toVerification, (slot, timeoutMs) =>
      native.portoneV1.confirmOtp(handleOf(this), slot, impUid, timeoutMs, otp),
    );
  }

  /** PortOne forgets the person. @returns {Promise<void>} */
  erase(impUid, options) {
    return call(options, undefined, (slot, timeoutMs) =>
      native.portoneV1.erase(handleOf(this), slot, impUid, timeoutMs),
    );
  }
}

/** V2 (api.portone.io). */
class PortOneV2 extends PortOne {
  constructor(options) {
    super(native.portoneV2.create(options));
  }

  /** One page of verifications: `{items, number, size, totalCount}`. */
  listPage(query, options) {
    const wrap = (page) => ({ ...page, items: page.items.map(toVerification) });
    return call(options, wrap, (slot, timeoutMs) =>
      native.portoneV2.listPage(handleOf(this), slot, query, timeoutMs),
    );
  }

  /** Verifications, page after page, as they are asked for. `query.page` is where to begin. */
  async *list(query, options) {
    let page = await this.listPage(query, options);
    while (true) {
      yield* page.items;
      if (page.items.length === 0 || (page.number + 1) * page.size >= page.totalCount) return;
      page = await this.listPage({ ...query, page: page.number + 1 }, options);
    }
  }

  /** Sends the SMS, or opens the app. Never sent twice: `OutcomeUnknown` says to look the id up. @returns {Promise<void>} */
  send(id, request, options) {
    return call(options, undefined, (slot, timeoutMs) =>
      native.portoneV2.send(handleOf(this), slot, id, timeoutMs, request),
    );
  }

  /** Sends the SMS again. @returns {Promise<void>} */
  resend(id, options) {
    return call(options, undefined, (slot, timeoutMs) =>
      native.portoneV2.resend(handleOf(this), slot, id, timeoutMs),
    );
  }

  /** Finishes it with the code; without one for the APP method. @returns {Promise<Verification>} */
  confirm(id, otp, options) {
    return call(options, toVerification, (slot, timeoutMs) =>
      native.portoneV2.confirm(handleOf(this), slot, id, timeoutMs, otp),
    );
  }
}

module.exports = { PortOne, PortOneV1, PortOneV2, handleOf: (value) => handleOf(value) };
