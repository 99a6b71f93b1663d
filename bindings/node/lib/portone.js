'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { begin } = require('./calls.js');
const { clockOf } = require('./clock.js');
const { refuse, refuseType } = require('./errors.js');
const { Log, splitLog } = require('./log.js');
const { readCall, readSettings, withText } = require('./options.js');
const { Verification } = require('./verification.js');

const toVerification = (record) => new Verification(record);
let handleOf;
let isClosed;
let logsOf;
let listenTo;

/** What both APIs can do. */
class PortOne {
  #client;
  #closed = false;
  #log;
  #logs; // of all clients that its calls use
  #v2;

  constructor(client, onLog, level, v2) {
    native.portone.describe(client); // refuses the handle of anything else
    this.#client = client;
    this.#v2 = v2;
    if (onLog !== undefined) this.#listen(onLog, level);
    this.#gatherLogs();
  }

  #listen(listener, level) {
    this.#log ??= new Log(this.#client);
    this.#log.add(listener, level);
  }

  #gatherLogs() {
    const logs = [this.#log, this.#v2?.#log].filter((log) => log !== undefined);
    if (logs.length > 0) this.#logs = logs;
  }

  static {
    listenTo = (portone, listener, level) => {
      for (const one of [portone.#v2, portone]) {
        one?.#listen(listener, level);
        one?.#gatherLogs();
      }
    };
    handleOf = (value) => (value !== null && typeof value === 'object' && #client in value ? value.#client : undefined);
    logsOf = (portone) => portone.#logs;
    isClosed = (portone) => portone.#closed;
  }

  /**
   * Looks one verification up. A malformed id sends nothing.
   * @param {string} id V1 imp_uid or V2 identity verification id
   * @param {{timeoutMs?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<Verification>}
   */
  lookup(id, options) {
    return call(this, options, toVerification, (client, slot, timeoutMs) => native.portone.lookup(client, slot, id, timeoutMs));
  }

  /**
   * Takes no new calls: they reject with `Draining`. Waits for those under way, verifications included.
   * @param {{timeoutMs?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<number>} how many are left after `timeoutMs`; 0: all have ended. `close()` ends the others
   */
  drain(options) {
    return call(this, options, undefined, (client, slot, timeoutMs) => native.portone.drain(client, slot, timeoutMs));
  }

  /** Settles every call under way with `Closed` and refuses new ones. */
  close() {
    this.#closed = true;
    native.portone.close(this.#client);
    this.#log?.drain();
  }

  /** `closed`, `open` (PortOne has been failing, calls fail at once) or `half_open` (one call is finding out). */
  get circuit() {
    return native.health.circuit(this.#client);
  }

  /** What this client has counted, as a plain object; docs/operations.md names the keys. */
  metrics() {
    return native.health.metrics(this.#client);
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
function call(self, options, wrap, start) {
  try {
    const client = handleOf(self);
    if (client === undefined) {
      throw refuse('invalid_argument', '`this` must be a PortOneV1 or a PortOneV2: call the method on its client', 'this');
    }
    const { timeoutMs, signal } = readCall(options);
    return begin(signal, wrap, (slot) => start(client, slot, timeoutMs), logsOf(self));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** V1 (api.iamport.kr). */
class PortOneV1 extends PortOne {
  constructor(options) {
    const [given, ...log] = splitLog(options);
    const { v2, clock, ...rest } = Object.assign(Object.create(null), given); // what Object.prototype holds is no option
    const client = handleOf(v2);
    if (v2 !== undefined && v2 !== null && client === undefined) throw refuseType(v2, 'a PortOneV2', 'v2');
    super(native.portoneV1.create(rest, client, clockOf(clock)), log[0], log[1], v2 ?? undefined);
  }

  /** Asks the carrier to send a code. Answers the imp_uid. Never sent twice. @returns {Promise<string>} */
  requestOtp(request, options) {
    return call(this, options, undefined, (client, slot, timeoutMs) =>
      native.portoneV1.requestOtp(client, slot, withText(request, 'request'), timeoutMs),
    );
  }

  /** Finishes it with the six digits; without them for the APP method. @returns {Promise<Verification>} */
  confirmOtp(impUid, otp, options) {
    return call(this, options, toVerification, (client, slot, timeoutMs) =>
      native.portoneV1.confirmOtp(client, slot, impUid, timeoutMs, otp),
    );
  }

  /** PortOne forgets the person. @returns {Promise<void>} */
  erase(impUid, options) {
    return call(this, options, undefined, (client, slot, timeoutMs) => native.portoneV1.erase(client, slot, impUid, timeoutMs));
  }
}

/** V2 (api.portone.io). */
class PortOneV2 extends PortOne {
  constructor(options) {
    const [given, ...log] = splitLog(options);
    const { clock, ...rest } = Object.assign(Object.create(null), given);
    super(native.portoneV2.create(rest, clockOf(clock)), ...log);
  }

  /** One page of verifications: `{items, number, size, totalCount}`. */
  listPage(query, options) {
    const wrap = (page) => ({ ...page, items: page.items.map(toVerification) });
    return call(this, options, wrap, (client, slot, timeoutMs) => native.portoneV2.listPage(client, slot, query, timeoutMs));
  }

  /** Verifications, page after page, as they are asked for. `query.page` is where to begin. */
  async *list(query, options) {
    const asked = query === undefined ? {} : readSettings(query, 'query');
    const call = readCall(options);
    let page = await this.listPage(asked, call);
    while (true) {
      yield* page.items;
      if (page.items.length === 0 || (page.number + 1) * page.size >= page.totalCount) return;
      page = await this.listPage({ ...asked, page: page.number + 1 }, call);
    }
  }

  /** Sends the SMS, or opens the app. Carries an idempotency key: it takes effect once. @returns {Promise<void>} */
  send(id, request, options) {
    return call(this, options, undefined, (client, slot, timeoutMs) =>
      native.portoneV2.send(client, slot, id, timeoutMs, withText(request, 'request')),
    );
  }

  /** Sends the SMS again. @returns {Promise<void>} */
  resend(id, options) {
    return call(this, options, undefined, (client, slot, timeoutMs) => native.portoneV2.resend(client, slot, id, timeoutMs));
  }

  /** Finishes it with the code; without one for the APP method. @returns {Promise<Verification>} */
  confirm(id, otp, options) {
    return call(this, options, toVerification, (client, slot, timeoutMs) => native.portoneV2.confirm(client, slot, id, timeoutMs, otp));
  }
}

module.exports = {
  PortOne,
  PortOneV1,
  PortOneV2,
  handleOf: (value) => handleOf(value),
  isClosed: (portone) => isClosed(portone),
  /** Has a function told all events from a level (its place in debug, info, warning) on, `v2` of a V1 client included. */
  listenTo: (portone, listener, level) => listenTo(portone, listener, level),
  logsOf: (portone) => logsOf(portone),
};
