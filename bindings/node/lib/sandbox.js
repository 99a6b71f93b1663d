'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { refuse } = require('./errors.js');

// bonin's own keys are camelCase here and snake_case in the sandbox. Other keys (`GET /path`, headers) stay as they are.
const toSnake = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const toCamel = (key) => (/^[a-z][a-z0-9_]*$/.test(key) ? key.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()) : key);
const UNTOUCHED = new Set(['overrides', 'headers', 'body']);

function rename(value, key) {
  if (Array.isArray(value)) return value.map((item) => rename(item, key));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [key(name), UNTOUCHED.has(name) ? item : rename(item, key)]));
}

// The sandbox's thread must stop before the process frees what it uses.
const running = new Set();
process.once('exit', () => running.forEach((sandbox) => native.sandbox.stop(sandbox)));

const STARTED = Symbol('started');

/** A PortOne of one's own on loopback: V1 and V2, with personas, a movable clock and scripted faults. */
class Sandbox {
  #sandbox;

  constructor(started, sandbox) {
    if (started !== STARTED) throw new TypeError('use `await Sandbox.start()`');
    this.#sandbox = sandbox;
    running.add(sandbox);
    const info = this.control('info');
    this.url = native.sandbox.url(sandbox);
    this.v1Url = info.v1Url;
    this.v2Url = info.v2Url;
    this.v1ScriptUrl = info.v1ScriptUrl;
    this.v2ScriptUrl = info.v2ScriptUrl;
    for (const key of ['impKey', 'impSecret', 'apiSecret', 'apiKey', 'storeId', 'channelKey']) {
      // They are no real secrets. They are hidden so that a printed sandbox looks like a printed client.
      Object.defineProperty(this, key, { value: info[key], enumerable: false });
    }
  }

  /** @param {{host?, port?, allowRemote?, impKey?, impSecret?, apiSecret?, apiKey?, storeId?}} [options] */
  static async start(options) {
    return new Sandbox(STARTED, native.sandbox.start(options));
  }

  /** What `POST /sandbox/{operation}` does; docs/sandbox.md describes each operation. */
  control(operation, args = {}) {
    return rename(JSON.parse(native.sandbox.control(this.#sandbox, operation, JSON.stringify(rename(args, toSnake)))), toCamel);
  }

  /** Finishes a verification as a persona, or as a person of your own (an object); answers its id. */
  verify(person = 'adult', options = {}) {
    const who = typeof person === 'string' ? { persona: person } : { person };
    return this.control('verify', { ...who, ...options }).id;
  }

  /** Who can be verified: `{name, ko, en, provider, channelType, status, person}`. */
  personas() {
    return this.control('personas').personas;
  }

  /** Makes a persona of your own under a name. */
  addPerson(name, person, options = {}) {
    this.control('add_person', { name, person, ...options });
  }

  /** The code that the person behind an id was sent; empty for the APP method, which needs none. */
  otp(id) {
    return this.control('otp', { id }).otp;
  }

  /** Scripts a fault: delay, status, respond, reset, cut, garbage, drip or reset_after_idle. */
  fault(kind, options = {}) {
    this.control('fault', { kind, ...options });
  }

  clearFaults() {
    this.control('clear_faults');
  }

  /** Moves the sandbox's clock. */
  advance(seconds) {
    if (!Number.isFinite(seconds)) throw refuse('invalid_argument', '`seconds` must be a number', 'seconds');
    this.control('advance', { ms: Math.round(seconds * 1000) });
  }

  /** What was asked of the sandbox: `{total, byRoute, connections, requests}`. */
  requests() {
    return this.control('requests');
  }

  clearRequests() {
    this.control('clear_requests');
  }

  /** As freshly started. */
  reset() {
    this.control('reset');
  }

  /** Stops serving. Idempotent. */
  async close() {
    running.delete(this.#sandbox);
    native.sandbox.stop(this.#sandbox);
  }

  [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    return this.close();
  }

  [inspect.custom]() {
    return `Sandbox(${this.url})`;
  }
}

module.exports = { Sandbox };
