// The hashed keys for an application's own tables, and its own ids.
'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bonin, onThisClock, useSandbox } = require('./support.js');

const { Registry } = bonin;
let sandbox;
let portone;
useSandbox((opened) => ({ sandbox, portone } = opened), onThisClock);

const person = (who, more) => ({
  name: '김보닌',
  birthDate: '1990-03-15',
  ci: `ci-${who}`.padEnd(88, 'c'),
  di: `di-${who}`.padEnd(64, 'd'),
  ...more,
});
const somebody = (who, more, options) => portone.lookup(sandbox.verify(person(who, more), options));

function fresh(t, options = {}) {
  const registry = new Registry('sqlite::memory:', { pepper: 'k'.repeat(32), ...options });
  t.after(() => registry.close());
  return registry;
}

test('keys are those that a store holds, under every pepper, the newest first', async (t) => {
  const peppers = [
    { id: 'new', key: 'n'.repeat(32) },
    { id: 'old', key: 'o'.repeat(32) },
  ];
  const registry = fresh(t, { pepper: undefined, peppers });
  const one = await somebody('one');
  const keys = registry.keys(one);
  assert.deepEqual(
    keys.map(({ kind, pepperId, provider }) => [kind, pepperId, provider]),
    [
      ['ci', 'new', 'DANAL'],
      ['ci', 'old', 'DANAL'],
      ['di', 'new', 'DANAL'],
      ['di', 'old', 'DANAL'],
    ],
  );
  for (const { hash, hashBytes } of keys) assert.deepEqual([hashBytes.length, hashBytes.toString('hex')], [32, hash]);
  await registry.claim(one, 'a-1');
  for await (const { keys: stored } of registry.export()) {
    assert.deepEqual(stored.map(({ hash }) => hash).sort(), [keys[0].hash, keys[2].hash].sort());
  }
});

test('who cannot be told has no keys', async (t) => {
  const registry = fresh(t);
  const nobody = await somebody('one', { ci: null, di: null });
  assert.throws(() => registry.keys(nobody), { kind: 'invalid_argument', parameter: 'verification' });
  assert.throws(() => registry.keys({}), { kind: 'invalid_argument', parameter: 'verification' });
  assert.throws(() => registry.keys(), { kind: 'invalid_argument', parameter: 'verification' });
  await registry.close();
  const one = await somebody('one');
  assert.throws(() => registry.keys(one), { kind: 'closed' });
});

test('ids may be safe integers and BigInts', async (t) => {
  const registry = fresh(t);
  const [one, two] = [await somebody('one'), await somebody('two')];
  assert.equal((await registry.claim(one, 7)).outcome, 'created');
  for (const same of ['7', 7, 7n]) {
    assert.equal((await registry.claim(one, same)).outcome, 'existing');
    assert.equal(await registry.match(one, same), true);
  }
  assert.equal(await registry.find(one), '7');
  assert.equal((await registry.standing(one, 7n)).account, 'same');
  assert.equal(await registry.consume('iv-1', 2n ** 80n), 'first');
  assert.equal(await registry.consume('iv-1', String(2n ** 80n)), 'same_subject');
  const { reservation } = await registry.reserve(two, Number.MAX_SAFE_INTEGER);
  assert.equal((await reservation.commit(-3)).outcome, 'created');
  assert.equal(await registry.find(two), '-3');
  await registry.ban({ accountId: -3n });
  assert.equal(await registry.unban({ accountId: '-3' }), true);
  assert.equal(await registry.release(-3, { rejoinAfterMs: 0 }), true);
  assert.equal(await registry.forget(7n), true);
});

test('other ids are refused', async (t) => {
  const registry = fresh(t);
  const one = await somebody('one');
  for (const wrong of [Number.MAX_SAFE_INTEGER + 1, 7.5, Number.NaN, Infinity, true, {}, [7], Symbol('7'), undefined, 10n ** 300n]) {
    await assert.rejects(registry.claim(one, wrong), { kind: 'invalid_argument', parameter: /account_?id/i });
  }
  assert.deepEqual(await registry.count(), { persons: 0, accounts: 0, keys: 0, uses: 0 });
});

test('an own store may answer them, and is given text', async (t) => {
  const given = [];
  const answers = [7, 7n, '7', 7.5];
  const ownStore = { find: () => answers.shift(), claim: (_keys, accountId) => (given.push(accountId), 'created') };
  const registry = new Registry(undefined, { pepper: 'k'.repeat(32), ownStore });
  t.after(() => registry.close());
  const one = await somebody('one');
  for (let i = 0; i < 3; ++i) assert.equal(await registry.find(one), '7');
  await assert.rejects(registry.find(one), (error) => error.kind === 'store_failed' && /ownStore\.find/.test(error.cause.message));
  await registry.claim(one, 7n);
  assert.deepEqual(given, ['7']);
});
