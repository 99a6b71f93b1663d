'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { begin } = require('./calls.js');
const { clockOf } = require('./clock.js');
const { importFile, importFrom, importKeys, importRows } = require('./import.js');
const { refuse, refuseType } = require('./errors.js');
const { readOptions } = require('./options.js');
const { askOf } = require('./own-store.js');
const { Reservation } = require('./reservation.js');
const { recordOf } = require('./verification.js');

const CREATE = new Set([
  'pepper',
  'peppers',
  'keys',
  'acceptPageChosenDi',
  'reservationLifeMs',
  'timeoutMs',
  'ownStore',
  'clock',
  'schema',
  'connections',
]);
const PEPPER = new Set(['id', 'key']);
const WHO = new Set(['accountId', 'verification', 'person']);
const CALL = ['timeoutMs', 'signal'];
const PLAIN = new Set(CALL);
// Options that must have a value where they are given.
const SUBJECT = new Set(['subject']);
const WHAT = new Set(['consume', 'reserve', 'acceptPageChosenDi']);
const CLAIM = new Set([...SUBJECT, ...CALL]);
const RELEASE = new Set(['rejoinAfterMs', ...CALL]);
const BAN = new Set(['until', 'reason', ...CALL]);
const ADMIT = new Set([...WHAT, ...CALL]);
const EXPORT = new Set(['after', 'limit', ...CALL]);
const PAGE = 1000;
let handleOf;
let asksOf;
let isClosed;

/** The options of `create`: a text or `{id, key}` for each pepper. */
function readPeppers(pepper, peppers) {
  if (pepper !== undefined && peppers !== undefined) {
    throw refuse('invalid_argument', 'name one of `pepper` and `peppers`', 'peppers');
  }
  const all = pepper !== undefined ? [pepper] : (peppers ?? []);
  if (!Array.isArray(all)) throw refuse('invalid_pepper', '`peppers` must be an array', 'peppers');
  return all.map((one) => {
    if (typeof one === 'string') return [undefined, one];
    if (one === null || typeof one !== 'object') {
      throw refuse('invalid_pepper', 'a pepper must be a string or {id, key}', pepper !== undefined ? 'pepper' : 'peppers');
    }
    const { id, key } = readOptions(one, PEPPER, 'pepper');
    return [id, key];
  });
}

function recordIn(value, name = 'verification') {
  const record = recordOf(value);
  if (record === undefined) throw refuseType(value, 'a Verification', name);
  return record;
}

/** An account, a verification or the number of a person: as three arguments. */
function readWho(who) {
  const direct = recordOf(who);
  if (direct !== undefined) return [undefined, direct, undefined];
  if (who === undefined) throw refuse('invalid_argument', '`who` must be an object', 'who');
  const { accountId, verification, person } = readOptions(who, WHO, 'who', WHO);
  return [accountId, verification === undefined ? undefined : recordIn(verification), person];
}

const placeOf = (place) => (place === undefined ? undefined : new Reservation(place));

/** Which person holds which account, which ids were used. Every call takes `timeoutMs` and `signal` as options. */
class Registry {
  #registry;
  #closed = false;
  #asks; // the application's own store

  /**
   * Checks the options; opens nothing before the first call.
   * @param {string | undefined} store `sqlite:PATH`, `postgresql://…` or `mysql://…`; undefined with `ownStore`
   * @param {object} options `{pepper | peppers, keys, acceptPageChosenDi, reservationLifeMs, timeoutMs,
   *   ownStore: {find, claim, …}, clock, schema, connections}`
   */
  constructor(store, options) {
    const { pepper, peppers, ownStore, clock, ...rest } = readOptions(options, CREATE);
    const own = ownStore === undefined ? undefined : askOf(ownStore);
    this.#asks = own !== undefined;
    const settings = { store, ...rest, ownStoreFunctions: own?.names };
    this.#registry = native.registry.create(settings, readPeppers(pepper, peppers), own?.ask, clockOf(clock));
  }

  static {
    isClosed = (registry) => registry.#closed;
    asksOf = (registry) => registry.#asks;
    handleOf = (value) => (value !== null && typeof value === 'object' && #registry in value ? value.#registry : undefined);
  }

  /**
   * Begins a call; whatever is wrong with its arguments rejects. `read` makes the native arguments of the options, which
   * are `known` ones: `timeoutMs` and `signal` are every call's. Those of `meant` must have a value where they are there.
   */
  #call(operation, options, known, read, wrap, meant) {
    try {
      const given = readOptions(options, known, 'options', meant);
      const { timeoutMs, signal } = given;
      const all = read(given);
      const start = (slot) => native.registry[operation](this.#registry, slot, ...all, timeoutMs);
      return begin(signal, wrap, start, undefined, this.#asks);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The keys of this person as an application's own table stores them: `[{kind, pepperId, hash, hashBytes, provider}]`, in
   * the order of `keys`, each under every pepper, the newest first. Asks no store.
   */
  keys(verification) {
    const held = native.registry.keys(this.#registry, recordIn(verification));
    return held.map((key) => ({ ...key, hashBytes: Buffer.from(key.hash, 'hex') }));
  }

  /** The account of this person, or undefined. Rejects with `Conflict` when CI and DI lead to two persons. */
  find(verification, options) {
    return this.#call('find', options, PLAIN, () => [recordIn(verification)]);
  }

  /** Makes the account this person's: `{outcome, …}`. Rejects with `ClaimRefused` when nothing was granted. */
  claim(verification, accountId, options) {
    return this.#call('claim', options, CLAIM, ({ subject }) => [recordIn(verification), accountId, subject], undefined, SUBJECT);
  }

  /** As `claim`, and a refusal is an answer: `{outcome, reason, until, granted}`. */
  tryClaim(verification, accountId, options) {
    return this.#call('tryClaim', options, CLAIM, ({ subject }) => [recordIn(verification), accountId, subject], undefined, SUBJECT);
  }

  /** Is this the person who holds the account? False for whatever cannot be proved. */
  match(verification, accountId, options) {
    return this.#call('match', options, PLAIN, () => [recordIn(verification), accountId]);
  }

  /** The account is given up; its person stays known for `rejoinAfterMs`. False: there was no such account. */
  release(accountId, options) {
    return this.#call('release', options, RELEASE, ({ rejoinAfterMs }) => [accountId, rejoinAfterMs]);
  }

  /** Keeps a person out until a moment (Date), or for ever. `reason` is the operator's own: write nothing personal. */
  ban(who, options) {
    return this.#call('ban', options, BAN, ({ until, reason }) => [...readWho(who), until, reason]);
  }

  /** False: there was no ban. */
  unban(who, options) {
    return this.#call('unban', options, PLAIN, () => readWho(who));
  }

  /** Uses an id up for one subject: `first`, `same_subject` or `other_subject`, which must be refused. */
  consume(verificationId, subject, options) {
    return this.#call('consume', options, PLAIN, () => [verificationId, subject]);
  }

  /** Erases the person of an account with everything, a ban included. False: there was no such account. */
  forget(accountId, options) {
    return this.#call('forget', options, PLAIN, () => [accountId]);
  }

  /** What a policy needs to know, as `Policy.evaluate` takes it. Read only. */
  standing(verification, subject, options) {
    return this.#call('standing', options, PLAIN, () => [recordIn(verification), subject]);
  }

  /** As `standing`, and uses the id up and keeps a place in the same transaction: `{standing, reservation}`. */
  admit(verification, subject, options) {
    const wrap = ({ standing, reservation }) => ({ standing, reservation: placeOf(reservation) });
    const read = ({ consume, reserve, acceptPageChosenDi }) => [recordIn(verification), subject, { consume, reserve, acceptPageChosenDi }];
    return this.#call('admit', options, ADMIT, read, wrap, WHAT);
  }

  /** Keeps a place for a person: `{reservation, reason}`, one of them undefined. */
  reserve(verification, subject, options) {
    const wrap = ({ reservation, reason }) => ({ reservation: placeOf(reservation), reason });
    return this.#call('reserve', options, PLAIN, () => [recordIn(verification), subject], wrap);
  }

  /** Turns a reservation (or its id) into an account; answers and rejects as `claim`. */
  commit(reservation, accountId, options) {
    if (reservation instanceof Reservation) return reservation.commit(accountId, options);
    return this.#call('commit', options, PLAIN, () => [reservation, accountId]);
  }

  /** As `commit`, and a refusal is an answer: ask `granted`. */
  tryCommit(reservation, accountId, options) {
    if (reservation instanceof Reservation) return reservation.tryCommit(accountId, options);
    return this.#call('tryCommit', options, PLAIN, () => [reservation, accountId]);
  }

  /** False: it was not there any more. */
  cancel(reservation, options) {
    if (reservation instanceof Reservation) return reservation.cancel(options);
    return this.#call('cancel', options, PLAIN, () => [reservation]);
  }

  /** `{persons, accounts, keys, uses}`. Reads whole tables. */
  count(options) {
    return this.#call('count', options, PLAIN, () => []);
  }

  /** Persons in the order of their numbers, `limit` at a time as they are asked for, above the number `after`. */
  async *export(options) {
    const { after, limit, ...call } = readOptions(options, EXPORT);
    let from = after ?? 0;
    do {
      const page = await this.#call('exportPage', call, PLAIN, () => [from, limit ?? PAGE]);
      yield* page.items;
      from = page.next;
    } while (from !== 0);
  }

  /** Removes what has lapsed; how many keys are left under which pepper: `[{pepperId, keys, writing, given}]`. */
  rotate(options) {
    return this.#call('rotate', options, PLAIN, () => []);
  }

  /** Forgets ids that were used up before a moment. Answers how many. */
  forgetUses(before, options) {
    return this.#call('forgetUses', options, PLAIN, () => [before]);
  }

  /** Moves people in, a thousand rows a transaction: `[kind, value, provider, merchant, account]`, or objects, of raw CIs and DIs. */
  import(rows, options) {
    return importRows(this.#registry, rows, options);
  }

  /** The same with keys that are hashed already: `[kind, pepperId, hash, provider, account]`, or objects. */
  importKeys(keys, options) {
    return importKeys(this.#registry, keys, options);
  }

  /** The same with a file of comma-separated values whose first line names its columns. */
  importFile(path, options) {
    return importFile(this.#registry, path, options);
  }

  /** Moves everything of another registry with the same peppers in. Nothing is written there. */
  async importFrom(source, options) {
    const other = handleOf(source);
    if (other === undefined) throw refuseType(source, 'a Registry', 'source');
    return importFrom(this.#registry, other, options);
  }

  /** What makes the tables in PostgreSQL, for whoever lets no application make any. */
  static schemaSql(schema) {
    return native.import.schemaSql(schema);
  }

  /** What this registry has counted, as a plain object; docs/operations.md names the keys. */
  metrics() {
    return native.health.metricsOfRegistry(this.#registry);
  }

  /** Settles what waits with `Closed` and refuses new calls. Idempotent. */
  close() {
    this.#closed = true;
    return this.#call('close', undefined, PLAIN, () => []);
  }

  [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    return this.close();
  }

  /** What its operator should know of the options. */
  get warnings() {
    return native.registry.warnings(this.#registry);
  }

  toString() {
    return native.registry.describe(this.#registry);
  }

  toJSON() {
    return this.toString();
  }

  [inspect.custom]() {
    return this.toString();
  }
}

module.exports = {
  Registry,
  handleOf: (value) => handleOf(value),
  asksOf: (registry) => asksOf(registry),
  isClosed: (registry) => isClosed(registry),
};
