'use strict';
// An application that keeps its own table of users.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');
const { ROOT, bonin, observed, onThisClock, useSandbox } = require('./support.js');

const { Registry } = bonin;
const KEY = 'k'.repeat(32);
let sandbox;
let portone;
let verification;
useSandbox(async (opened) => {
  ({ sandbox, portone } = opened);
  verification = await portone.lookup(sandbox.verify('adult'));
}, onThisClock);

const registryOf = (ownStore, options = {}) => new Registry(undefined, { pepper: KEY, ownStore, ...options });

/** A table of users by key, as an application might keep it. */
function table() {
  const accounts = new Map();
  const holder = (keys) => keys.map(({ hash }) => accounts.get(hash)).find((account) => account !== undefined);
  return {
    accounts,
    async find(keys) {
      await sleep(1);
      return holder(keys);
    },
    claim(keys, accountId) {
      const found = holder(keys);
      if (found !== undefined) return found === accountId ? 'existing' : { outcome: 'taken', reason: 'other_account' };
      for (const { hash } of keys) accounts.set(hash, accountId);
      return { outcome: 'created' };
    },
  };
}

test('find, claim, match and standing are answered by the application', async () => {
  const users = table();
  const registry = registryOf(users);
  assert.equal(await registry.find(verification), undefined);
  assert.equal((await registry.claim(verification, 'a-1')).outcome, 'created');
  assert.equal((await registry.claim(verification, 'a-1')).outcome, 'existing');
  assert.deepEqual(await registry.tryClaim(verification, 'a-2'), {
    outcome: 'taken',
    reason: 'other_account',
    until: undefined,
    granted: false,
  });
  assert.equal(await registry.find(verification), 'a-1');
  assert.equal(await registry.match(verification, 'a-1'), true);
  assert.equal(await registry.match(verification, 'a-2'), false);
  assert.equal((await registry.standing(verification, 'a-1')).account, 'same');
  assert.equal((await registry.standing(verification, 'a-2')).account, 'other');
  await assert.rejects(registry.consume('iv', 's'), { kind: 'invalid_argument', parameter: 'ownStore' });
  await registry.close();
});

test('the application sees hashed keys in the order of the operator, for every pepper, and its own thread', async () => {
  const seen = [];
  const thread = require('node:worker_threads').threadId;
  const registry = registryOf(
    { find: (keys, ...more) => void seen.push(keys, more, require('node:worker_threads').threadId), claim() {} },
    {
      pepper: undefined,
      peppers: [
        { id: 'new', key: 'n'.repeat(32) },
        { id: 'old', key: KEY },
      ],
      keys: ['di', 'ci'],
    },
  );
  assert.equal(await registry.find(verification), undefined);
  const [keys, , where] = seen;
  assert.deepEqual(
    keys.map(({ kind, pepperId }) => `${kind} ${pepperId}`),
    ['di new', 'di old', 'ci new', 'ci old'],
  );
  assert.ok(keys.every(({ hash, provider }) => /^[0-9a-f]{64}$/.test(hash) && provider === 'DANAL'));
  assert.equal(where, thread);
  await registry.close();
});

test('fifty claims at once: one winner, where the application decides in one step', async () => {
  const registry = registryOf(table());
  const claims = await Promise.all(Array.from({ length: 50 }, (_, i) => registry.tryClaim(verification, `a-${i}`)));
  assert.equal(claims.filter(({ granted }) => granted).length, 1);
  await registry.close();
});

/** A table with every function, whose steps are whole because nothing else runs on this thread meanwhile. */
function wholeTable() {
  const users = table();
  const used = new Map();
  const places = new Map(); // reservation id -> {keys, subjectHash, until, account}
  const placeOf = (keys) => [...places.values()].find((place) => place.keys.some(({ hash }) => keys.some((key) => key.hash === hash)));
  return {
    accounts: users.accounts,
    find: users.find,
    claim: users.claim,
    async standing(keys) {
      const account = (await users.find(keys)) ?? null;
      const place = placeOf(keys);
      return { account, bannedUntil: null, rejoinAt: null, reservationId: account && place?.account === account ? place.id : null };
    },
    async consume(idHash, subjectHash) {
      await sleep(1);
      const known = used.get(idHash);
      if (known === undefined) used.set(idHash, subjectHash);
      return known === undefined ? 'first' : known === subjectHash ? 'same_subject' : 'other_subject';
    },
    async reserve(keys, id, subjectHash, until) {
      await sleep(1);
      const place = placeOf(keys);
      if (place?.account !== undefined) return 'has_account';
      if (place !== undefined && place.until > new Date() && place.subjectHash !== subjectHash) return 'reserved';
      if (place !== undefined) places.delete(place.id);
      places.set(id, { id, keys, subjectHash, until, account: undefined });
    },
    async commit(id, account) {
      await sleep(1);
      const place = places.get(id);
      if (place === undefined || (place.account === undefined && place.until <= new Date()))
        return { outcome: 'refused', reason: 'lapsed' };
      const told = users.claim(place.keys, account);
      if (told.outcome === 'created') place.account = account;
      return told;
    },
    cancel: (id) => places.get(id)?.account === undefined && places.delete(id),
  };
}

test('many sign-ups of one person at once, in a store with every function: one account', async (t) => {
  const users = wholeTable();
  const registry = registryOf(users, { timeoutMs: 60_000 });
  t.after(() => registry.close());
  const policy = new bonin.Policy({ name: 'sign-up', rules: [{ account: 'new' }, { single_use: true }, { not_banned: true }] });
  const verifier = new bonin.Verifier(portone, policy, { registry });
  const signUp = async (id, subject) => {
    const decision = await verifier.verify(id, { subject });
    if (!decision.allowed) return 'denied';
    return decision.commit(`account of ${subject}`).then(
      ({ outcome }) => outcome,
      ({ reason }) => reason,
    );
  };
  const count = (ends, end) => ends.filter((one) => one === end).length;
  const ends = await Promise.all(Array.from({ length: 40 }, (_, i) => signUp(sandbox.verify('adult'), `s-${i}`)));
  assert.deepEqual([count(ends, 'created'), count(ends, 'denied')], [1, 39]);
  assert.equal(new Set(users.accounts.values()).size, 1);
  // Nor with one verification that many bring.
  const person = { name: '김보닌', birthDate: '1990-03-15', ci: 'ci-2'.padEnd(88, 'c'), di: 'di-2'.padEnd(64, 'd') };
  const id = sandbox.verify(person);
  const others = await Promise.all(Array.from({ length: 40 }, (_, i) => signUp(id, `t-${i}`)));
  assert.deepEqual([count(others, 'created'), count(others, 'denied')], [1, 39]);
  const winner = others.indexOf('created');
  const again = await verifier.verify(id, { subject: `t-${winner}` });
  assert.deepEqual(
    again.denials.map(({ reason }) => reason),
    ['signed_up'],
  );
  observed(t, 51, 'Node: an own store with every function, 40 sign-ups of one person at once: one account');
});

test('a slow question holds up nobody', async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let first = true;
  const registry = registryOf({
    async find() {
      if (!first) return 'quick';
      first = false;
      await held;
      return 'slow';
    },
    claim: () => 'created',
  });
  const slow = registry.find(verification);
  assert.equal(await registry.find(verification), 'quick');
  assert.equal((await registry.claim(verification, 'a')).outcome, 'created');
  release();
  assert.equal(await slow, 'slow');
  await registry.close();
});

test('the application may ask bonin while it is asked', async () => {
  const inner = new Registry('sqlite::memory:', { pepper: KEY });
  const registry = registryOf({
    find: () => inner.find(verification),
    claim: (_, accountId) => inner.tryClaim(verification, accountId).then(({ outcome }) => outcome),
  });
  assert.equal((await registry.claim(verification, 'a-1')).outcome, 'created');
  assert.equal(await registry.find(verification), 'a-1');
  await Promise.all([registry.close(), inner.close()]);
});

test('what the application throws or makes up is an error, never an answer', async () => {
  const ways = {
    throws() {
      throw new RangeError('canary');
    },
    rejects: () => Promise.reject(new RangeError('canary')),
    nothing: () => Promise.reject(),
    number: () => 5.5,
    word: () => 'granted',
    object: () => ({ outcome: 'taken', reason: 'canary' }),
    until: () => ({ outcome: 'refused', until: 'tomorrow' }),
    key: () => ({ outcome: 'created', account: 'a' }),
    empty: () => undefined,
  };
  for (const [name, claim] of Object.entries(ways)) {
    const registry = registryOf({ find: claim, claim });
    const error = await registry.claim(verification, 'a-1').catch((e) => e);
    assert.ok(error instanceof bonin.StoreFailed, `${name}: ${error}`);
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /canary/);
    if (name === 'throws' || name === 'rejects')
      assert.match(error.message, /^`claim` of the application's own store failed: `RangeError`/);
    // What was thrown is the cause, for whoever looks into it; a thrown text is not, for it would be printed.
    const thrown = { throws: RangeError, rejects: RangeError, word: bonin.InvalidArgument, empty: bonin.InvalidArgument }[name];
    if (thrown) assert.ok(error.cause instanceof thrown, `${name}: ${error.cause}`);
    if (name === 'nothing') assert.equal(error.cause, undefined);
    if (['throws', 'rejects', 'nothing', 'number', 'object'].includes(name)) {
      await assert.rejects(registry.find(verification), bonin.StoreFailed, name);
    }
    await registry.close();
  }
});

test('a message names the class of what was thrown, and not the name that the application gave it', async () => {
  class Outage extends Error {}
  const named = Object.assign(new Outage('canary'), { name: 'canary 010-9999-8888' });
  const bare = Object.assign(new Error('canary'), { name: 'canary', constructor: { name: 'canary' } });
  const strange = new (class extends Error {
    static name = 'canary of 홍길동';
  })();
  for (const [thrown, name] of [
    [named, 'Outage'],
    [bare, 'Error'],
    [strange, 'Error'],
  ]) {
    const standing = () => Promise.reject(thrown);
    const registry = registryOf({ find() {}, claim: () => 'created', standing });
    const error = await registry.standing(verification, 'me').catch((e) => e);
    assert.equal(error.kind, 'store_failed');
    assert.match(error.message, new RegExp(`^\`standing\` of the application's own store failed: \`${name}\``));
    assert.doesNotMatch(error.message, /canary/);
    assert.equal(error.cause, thrown);
    await registry.close();
  }
});

test('a claim whose time was over before the thread came to it is not made', async () => {
  const claims = [];
  const registry = registryOf({ find() {}, claim: (_, id) => claims.push(id) && 'created' }, { timeoutMs: 600_000 });
  const late = registry.claim(verification, 'late', { timeoutMs: 20 });
  const over = () => registry.metrics().calls.claim?.timed_out === 1;
  for (const end = Date.now() + 60_000; !over() && Date.now() < end; ); // the application keeps its thread busy
  await assert.rejects(late, { name: 'TimedOut' });
  await registry.claim(verification, 'in time');
  assert.deepEqual(claims, ['in time']);
  await registry.close();
});

test('a question that is asked of nobody any more is dropped with its worker', async () => {
  const code = `
    const bonin = require(${JSON.stringify(ROOT)});
    const { parentPort, workerData } = require('node:worker_threads');
    const portone = new bonin.PortOneV2(workerData.client);
    const forever = () => (parentPort.postMessage('asked'), new Promise(() => {}));
    const registry = new bonin.Registry(undefined, { pepper: 'k'.repeat(32), ownStore: { find: forever, claim: forever } });
    portone.lookup(workerData.id).then((v) => { for (let i = 0; i < 20; ++i) registry.find(v); });
  `;
  const client = { apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url };
  for (let round = 0; round < 3; ++round) {
    const worker = new Worker(code, { eval: true, workerData: { client, id: sandbox.verify('adult') } });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    assert.equal(await worker.terminate(), 1);
  }
});

test('a store that is late is not waited for: limit, signal, close', async (t) => {
  let asked;
  let late;
  const registry = registryOf(
    {
      find: () => {
        asked?.();
        return new Promise((resolve) => {
          late = resolve;
        });
      },
      claim: () => new Promise(() => {}),
    },
    { timeoutMs: 600_000 },
  );
  t.after(() => registry.close());
  await assert.rejects(registry.find(verification, { timeoutMs: 20 }), { name: 'TimedOut' });
  late?.('a-1'); // dropped; on a busy machine the limit is over before the function is asked
  await assert.rejects(registry.claim(verification, 'a-1', { timeoutMs: 20 }), { name: 'TimedOut' });

  const stop = new AbortController();
  const called = new Promise((resolve) => {
    asked = resolve;
  });
  const found = registry.find(verification, { signal: stop.signal });
  await called;
  stop.abort();
  await assert.rejects(found, { name: 'Cancelled' });

  const policy = new bonin.Policy({ name: 'members only', rules: [{ account: 'same' }] });
  const verifier = new bonin.Verifier(portone, policy, { registry });
  await assert.rejects(verifier.verify(verification.id, { subject: 's', timeoutMs: 1000 }), { name: 'TimedOut' });
  const leave = new AbortController();
  asked = () => leave.abort();
  await assert.rejects(verifier.verify(verification.id, { subject: 's', signal: leave.signal }), { name: 'Cancelled' });

  asked = undefined;
  const left = assert.rejects(registry.match(verification, 'a-1'), { name: 'Closed' });
  await registry.close();
  await left;
});

test('an own store throws errors of bonin that it makes', async () => {
  for (const [name, kind] of [
    ['Conflict', 'conflict'],
    ['NotFound', 'not_found'],
  ]) {
    const error = new bonin[name]('the application says so');
    assert.ok(error instanceof bonin.BoninError && error instanceof bonin[name]);
    assert.deepEqual([error.kind, error.name, error.message, error.retryable], [kind, name, 'the application says so', false]);
  }
  for (const [ordinary, message] of [
    [new bonin.Conflict(), 'the keys lead to two persons'],
    [new bonin.NotFound(), 'there is no such account'],
  ]) {
    assert.equal(ordinary.message, message);
    assert.ok(!('cause' in ordinary));
  }
  const cause = new Error('of the database');
  for (const error of [new bonin.Conflict('two', { cause }), new bonin.NotFound('none', { cause })]) {
    assert.equal(error.cause, cause);
    assert.deepEqual(Object.keys(error.toJSON()), ['name', 'kind', 'message', 'retryable']);
  }
  const thrown = new bonin.Conflict('two of them', { cause });
  const registry = registryOf({
    find() {
      throw thrown;
    },
    claim: () => 'created',
  });
  await assert.rejects(registry.find(verification), (error) => error.kind === 'conflict' && error.cause === thrown);
  assert.equal((await registry.standing(verification, 'me')).place, 'two_persons');
  await registry.close();
});
