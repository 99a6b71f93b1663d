'use strict';

const { inspect } = require('node:util');
const native = require('./native.js');
const { begin } = require('./calls.js');
const { refuse } = require('./errors.js');
const { readOptions } = require('./options.js');
const { askOf } = require('./own-store.js');
const { Reservation } = require('./reservation.js');
const { recordOf } = require('./verification.js');

const CREATE = new Set(['pepper', 'peppers', 'keys', 'reservationLifeMs', 'timeoutMs', 'ownStore']);
const PEPPER = new Set(['id', 'key']);
const WHO = new Set(['accountId', 'verification', 'person']);
const CLAIM = new Set(['subject']);
const RELEASE = new Set(['rejoinAfterMs']);
const BAN = new Set(['until', 'reason']);
const EXPORT = new Set(['after', 'limit']);
const ADMIT = new Set(['consume', 'reserve']);
const PAGE = 1000;
let handleOf;

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
  if (record === undefined) throw refuse('invalid_argument', `\`${name}\` must be a Verification`, name);
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

/** Which person holds which account, which ids were used. */
class Registry {
  #registry;

  /**
   * Checks the options; opens nothing before the first call.
   * @param {string | undefined} store `sqlite:PATH` or `postgresql://…`; undefined with `ownStore`
   * @param {object} options `{pepper | peppers, keys, reservationLifeMs, timeoutMs, ownStore: {find, claim}}`
   */
  constructor(store, options) {
    const { pepper, peppers, ownStore, keys, reservationLifeMs, timeoutMs } = readOptions(options, CREATE);
    const ask = ownStore === undefined ? undefined : askOf(ownStore);
    this.#registry = native.registry.create({ store, keys, reservationLifeMs, timeoutMs }, readPeppers(pepper, peppers), ask);
  }

  static {
    handleOf = (value) => (value !== null && typeof value === 'object' && #registry in value ? value.#registry : undefined);
  }

  /** Begins a call; whatever is wrong with its arguments rejects. */
  #call(operation, read, wrap) {
    try {
      const given = read();
      return begin(undefined, wrap, (slot) => native.registry[operation](this.#registry, slot, ...given));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The account of this person, or undefined. Rejects with `Conflict` when CI and DI lead to two persons. */
  find(verification) {
    return this.#call('find', () => [recordIn(verification)]);
  }

  /** Makes the account this person's: `{outcome, …}`. Rejects with `ClaimRefused` when nothing was granted. */
  claim(verification, accountId, options) {
    return this.#call('claim', () => [recordIn(verification), accountId, readOptions(options, CLAIM, 'options', CLAIM).subject]);
  }

  /** As `claim`, and a refusal is an answer: `{outcome, reason, until, granted}`. */
  tryClaim(verification, accountId, options) {
    return this.#call('tryClaim', () => [recordIn(verification), accountId, readOptions(options, CLAIM, 'options', CLAIM).subject]);
  }

  /** Is this the person who holds the account? False for whatever cannot be proved. */
  match(verification, accountId) {
    return this.#call('match', () => [recordIn(verification), accountId]);
  }

  /** The account is given up; its person stays known for `rejoinAfterMs`. False: there was no such account. */
  release(accountId, options) {
    return this.#call('release', () => [accountId, readOptions(options, RELEASE).rejoinAfterMs]);
  }

  /** Keeps a person out until a moment (Date), or for ever. `reason` is the operator's own: write nothing personal. */
  ban(who, options) {
    return this.#call('ban', () => {
      const { until, reason } = readOptions(options, BAN);
      return [...readWho(who), until, reason];
    });
  }

  /** False: there was no ban. */
  unban(who) {
    return this.#call('unban', () => readWho(who));
  }

  /** Uses an id up for one subject: `first`, `same_subject` or `other_subject`, which must be refused. */
  consume(verificationId, subject) {
    return this.#call('consume', () => [verificationId, subject]);
  }

  /** Erases the person of an account with everything, a ban included. False: there was no such account. */
  forget(accountId) {
    return this.#call('forget', () => [accountId]);
  }

  /** What a policy needs to know, as `Policy.evaluate` takes it. Read only. */
  standing(verification, subject) {
    return this.#call('standing', () => [recordIn(verification), subject]);
  }

  /** As `standing`, and uses the id up and keeps a place in the same transaction: `{standing, reservation}`. */
  admit(verification, subject, options) {
    const wrap = ({ standing, reservation }) => ({ standing, reservation: placeOf(reservation) });
    return this.#call('admit', () => [recordIn(verification), subject, readOptions(options, ADMIT, 'options', ADMIT)], wrap);
  }

  /** Keeps a place for a person: `{reservation, reason}`, one of them undefined. */
  reserve(verification, subject) {
    const wrap = ({ reservation, reason }) => ({ reservation: placeOf(reservation), reason });
    return this.#call('reserve', () => [recordIn(verification), subject], wrap);
  }

  /** Turns a reservation (or its id) into an account; answers and rejects as `claim`. */
  commit(reservation, accountId) {
    if (reservation instanceof Reservation) return reservation.commit(accountId);
    return this.#call('commit', () => [reservation, accountId]);
  }

  /** As `commit`, and a refusal is an answer: ask `granted`. */
  tryCommit(reservation, accountId) {
    if (reservation instanceof Reservation) return reservation.tryCommit(accountId);
    return this.#call('tryCommit', () => [reservation, accountId]);
  }

  /** False: it was not there any more. */
  cancel(reservation) {
    if (reservation instanceof Reservation) return reservation.cancel();
    return this.#call('cancel', () => [reservation]);
  }

  /** `{persons, accounts, keys, uses}`. Reads whole tables. */
  count() {
    return this.#call('count', () => []);
  }

  /** Persons in the order of their numbers, `limit` at a time as they are asked for, above the number `after`. */
  async *export(options) {
    const { after, limit } = readOptions(options, EXPORT);
    let from = after ?? 0;
    do {
      const page = await this.#call('exportPage', () => [from, limit ?? PAGE]);
      yield* page.items;
      from = page.next;
    } while (from !== 0);
  }

  /** Removes what has lapsed; how many keys are left under which pepper: `[{pepperId, keys, writing, given}]`. */
  rotate() {
    return this.#call('rotate', () => []);
  }

  /** Forgets ids that were used up before a moment. Answers how many. */
  forgetUses(before) {
    return this.#call('forgetUses', () => [before]);
  }

  /** Settles what waits with `Closed` and refuses new calls. Idempotent. */
  close() {
    return this.#call('close', () => []);
  }

  [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    return this.close();
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

module.exports = { Registry, handleOf: (value) => handleOf(value) };
