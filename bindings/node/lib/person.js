'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');

const NAMES = native.runtime.attributeNames(); // an attribute's place here is its number in native code

/**
 * One fact about a person, and who says so. It prints as `***`. `reveal()` gives the value.
 * Values are strings, except `foreigner` and `mvno` (boolean). A birth date is `YYYY-MM-DD`: a JavaScript `Date` is a
 * moment, and would be another day in another time zone.
 */
class Attribute {
  #record;
  #place;

  constructor(record, place) {
    native.attribute.attestation(record, place); // refuses a handle of anything else, and a place that is none
    this.#record = record;
    this.#place = place;
  }

  /** `attested`, `self_declared_possible`, `unreadable` or `absent`. */
  get attestation() {
    return native.attribute.attestation(this.#record, this.#place);
  }

  /** Is there a value, whoever says so? */
  get present() {
    return this.attestation === 'attested' || this.attestation === 'self_declared_possible';
  }

  /** Did the provider check it? */
  get attested() {
    return this.attestation === 'attested';
  }

  /** The value, or undefined. Personal data. */
  reveal() {
    return native.attribute.reveal(this.#record, this.#place);
  }

  /** Is this the value? Compares in constant time; what is absent matches nothing. */
  matches(value) {
    return native.attribute.matches(this.#record, this.#place, value);
  }

  toString() {
    return native.attribute.masked(this.#record, this.#place);
  }

  valueOf() {
    return this.toString();
  }

  toJSON() {
    return this.toString();
  }

  /** Refuses `attribute == 'x'` and `attribute + 'x'`, which would work on `***`. */
  [Symbol.toPrimitive](hint) {
    if (hint === 'default') throw new TypeError('an Attribute is no plain value: use .matches() or .reveal()');
    return hint === 'number' ? NaN : this.toString();
  }

  [inspect.custom]() {
    return this.toString();
  }
}

/** The verified person. Each attribute is an `Attribute`; printing shows none of the values. */
class Person {
  #record;
  #attributes = [];

  constructor(record) {
    native.verification.check(record);
    this.#record = record;
  }

  static {
    NAMES.forEach((name, place) => {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        enumerable: true,
        get() {
          return (this.#attributes[place] ??= new Attribute(this.#record, place));
        },
      });
    });
  }

  /** All nine attributes as plain values, null where there is none. Personal data: the explicit way out. */
  toObject() {
    return Object.fromEntries(NAMES.map((name) => [name, this[name].reveal() ?? null]));
  }

  /** Attribute -> attestation. */
  toJSON() {
    return Object.fromEntries(NAMES.map((name) => [name, this[name].attestation]));
  }

  toString() {
    return `Person ${JSON.stringify(this)}`;
  }

  [inspect.custom](_depth, options) {
    return `Person ${inspect(this.toJSON(), options)}`;
  }
}

module.exports = { Attribute, Person, NAMES };
