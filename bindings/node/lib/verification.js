'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { Person } = require('./person.js');

const read = native.verification;
let recordOf;

/**
 * What PortOne says about an id, in one shape for V1 and V2. Facts are read from the native record when asked for.
 * Texts that are not there are undefined. Made by lookups; not constructed by applications.
 */
class Verification {
  #record;
  #person;

  constructor(record) {
    read.check(record); // refuses anything but the handle of a verification
    this.#record = record;
  }

  static {
    recordOf = (value) => (value !== null && typeof value === 'object' && #record in value ? value.#record : undefined);
  }

  /** V1 imp_uid or V2 identity verification id: always the one that was asked for. */
  get id() {
    return read.id(this.#record);
  }

  /** `v1` or `v2`. */
  get api() {
    return read.api(this.#record);
  }

  /** `verified`, `ready`, `failed` or `unknown`. */
  get status() {
    return read.status(this.#record);
  }

  /** `DANAL`, `KCP_V2`, `INICIS_UNIFIED`, … */
  get provider() {
    return read.provider(this.#record);
  }

  /** `{type, id, key, name, pgMerchantId}`; type is `live`, `test`, `unmarked` (V1), `missing` or `unknown`. */
  get channel() {
    return read.channel(this.#record);
  }

  /** V1. */
  get merchantUid() {
    return read.merchantUid(this.#record);
  }

  /** V2. */
  get customData() {
    return read.customData(this.#record);
  }

  /** V2: the application's own id of the person, which its page passed in. */
  get customerId() {
    return read.customerId(this.#record);
  }

  /** V1: URL of the page where it began. */
  get origin() {
    return read.origin(this.#record);
  }

  /** The provider's own transaction id. */
  get pgTxId() {
    return read.pgTxId(this.#record);
  }

  /** V2: Date. */
  get requestedAt() {
    return read.requestedAt(this.#record);
  }

  /** Date. */
  get verifiedAt() {
    return read.verifiedAt(this.#record);
  }

  /** V2, when it failed: `{reason, pgCode, pgMessage}`. */
  get failure() {
    return read.failure(this.#record);
  }

  /** The person; every attribute is there, present or not. */
  get person() {
    return (this.#person ??= new Person(this.#record));
  }

  /** The JSON text that PortOne sent. Personal data. A method, because tools that print walk properties. */
  raw() {
    return read.raw(this.#record);
  }

  /** What a log may show. */
  toJSON() {
    return {
      id: this.id,
      api: this.api,
      status: this.status,
      provider: this.provider,
      channel: this.channel.type,
      merchantUid: this.merchantUid,
      requestedAt: this.requestedAt,
      verifiedAt: this.verifiedAt,
      person: this.person.toJSON(),
    };
  }

  toString() {
    return read.describe(this.#record);
  }

  [inspect.custom](_depth, options) {
    return `Verification ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { Verification, recordOf: (value) => recordOf(value) };
