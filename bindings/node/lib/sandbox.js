'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { keepClock } = require('./clock.js');
const { refuse, refuseType } = require('./errors.js');
const { readOptions, readSettings } = require('./options.js');
const { PortOneV1, PortOneV2 } = require('./portone.js');

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

/** How many ms each unit of `advance` has. */
const UNITS = { ms: 1, seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 };
const KNOWN_UNITS = new Set(Object.keys(UNITS));

/** A number of seconds, or an object of units whose sum counts, in ms. */
function readSpan(span) {
  if (typeof span === 'number') return span * UNITS.seconds;
  if (span === null || typeof span !== 'object') throw refuseType(span, 'a number of seconds or an object of units', 'span');
  const given = Object.entries(readOptions(span, KNOWN_UNITS, 'span', KNOWN_UNITS));
  if (given.length === 0) return Number.NaN;
  return given.reduce((sum, [unit, count]) => {
    if (typeof count !== 'number') throw refuseType(count, 'a number', unit);
    return sum + count * UNITS[unit];
  }, 0);
}

/** A PortOne of one's own on loopback: V1 and V2, with personas, a movable clock and scripted faults. */
class Sandbox {
  #sandbox;

  constructor(started, sandbox) {
    if (started !== STARTED) throw new TypeError('use `await Sandbox.start()`');
    this.#sandbox = sandbox;
    running.add(sandbox);
    keepClock(this, native.sandbox.clock(sandbox));
    const info = this.control('info');
    this.url = native.sandbox.url(sandbox);
    this.v1Url = info.v1Url;
    this.v2Url = info.v2Url;
    this.v1ScriptUrl = info.v1ScriptUrl;
    this.v2ScriptUrl = info.v2ScriptUrl;
    info.token = native.sandbox.token(sandbox);
    for (const key of ['impKey', 'impSecret', 'apiSecret', 'apiKey', 'storeId', 'channelKey', 'token']) {
      // They are no real secrets. They are hidden so that a printed sandbox looks like a printed client.
      Object.defineProperty(this, key, { value: info[key], enumerable: false });
    }
  }

  /** @param {{host?, port?, allowRemote?, token?, publicUrl?, impKey?, impSecret?, apiSecret?, apiKey?, storeId?}} [options] */
  static async start(options) {
    return new Sandbox(STARTED, native.sandbox.start(options));
  }

  /** A client of this sandbox: its address, credentials and clock are set. `options`: `api`, and those of the client. */
  connect(options = {}) {
    const { api = 'v2', ...rest } = readSettings(options, 'options');
    if (api === 'v1') {
      return new PortOneV1({ impKey: this.impKey, impSecret: this.impSecret, baseUrl: this.v1Url, clock: this, ...rest });
    }
    if (api !== 'v2') throw refuse('invalid_argument', '`api` must be `v1` or `v2`', 'api');
    const own = { storeId: this.storeId, baseUrl: this.v2Url, clock: this };
    if (rest.apiKey === undefined && rest.apiSecret === undefined) {
      if (rest.auth === 'api_key') own.apiKey = this.apiKey;
      else own.apiSecret = this.apiSecret;
    }
    return new PortOneV2({ ...own, ...rest });
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

  /** Moves the clock of the sandbox and of all that follows it: `{ minutes: 11 }`, or a number of seconds. */
  advance(span) {
    const ms = readSpan(span);
    if (!Number.isFinite(ms)) {
      throw refuse('invalid_argument', 'give by how much: `ms`, `seconds`, `minutes`, `hours` or `days`', 'span');
    }
    this.control('advance', { ms: Math.round(ms) });
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

module.exports = { Sandbox, toSnake };
