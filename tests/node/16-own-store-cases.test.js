'use strict';
// What a registry makes of an own store's answers: tests/vectors/own_store.json.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bonin, onThisClock, useSandbox, vectors } = require('./support.js');

const { Policy, Registry, Verifier } = bonin;
const KEY = 'k'.repeat(32);
const NOW = Date.now();
let sandbox;
let portone;
let verification;
useSandbox(async (opened) => {
  ({ sandbox, portone } = opened);
  verification = await portone.lookup(sandbox.verify('adult'));
}, onThisClock);

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const moment = (given) => (typeof given === 'number' ? new Date(NOW + given) : given);

/** An error of bonin's own of a kind, as the application's code may throw one. */
async function errorOf(kind) {
  if (kind === 'other') return new RangeError('the application failed');
  const error = Object.create(bonin[kind === 'conflict' ? 'Conflict' : 'NotFound'].prototype);
  return Object.assign(error, { kind });
}

async function answerOf(name, given) {
  if (given?.raises !== undefined) throw await errorOf(given.raises);
  if (name === 'standing') {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), key === 'account' ? value : moment(value)]));
  }
  if (given?.outcome !== undefined) return { ...given, until: moment(given.until) };
  return given;
}

function storeOf(answers, asked) {
  const functions = {};
  for (const [name, given] of Object.entries({ find: null, claim: 'created', ...answers })) {
    const left = Array.isArray(given) ? [...given] : undefined;
    functions[name] = (...values) => {
      asked.push({ name, values });
      return answerOf(name, left === undefined ? given : left.shift());
    };
  }
  return functions;
}

const claimed = ({ outcome, reason, until }) => ({ outcome, reason, until });

async function call(registry, { call: what, ...more }) {
  if (what === 'verify' || what === 'make') {
    const policy = new Policy({ name: 'n', rules: more[what] });
    const decision = await new Verifier(portone, policy, { registry }).verify(verification.id, { subject: 'me' });
    const denied = Object.fromEntries(decision.denials.map(({ code, reason }) => [code, reason]));
    return { denied, reserved: decision.reservation !== undefined };
  }
  if (what === 'standing') return { standing: await registry.standing(verification, 'me') };
  if (what === 'admit') {
    const asked = Object.fromEntries(more.admit.map((name) => [name, true]));
    const { standing, reservation } = await registry.admit(verification, 'me', asked);
    return { standing, reserved: reservation !== undefined };
  }
  if (what.startsWith('reserve')) {
    const { reservation, reason } = await registry.reserve(verification, 'me');
    if (what === 'reserve_cancel') return { answer: await reservation.cancel() };
    if (what === 'reserve_commit') return claimed(await registry.tryCommit(reservation.id, 'a-1'));
    return { reserved: reservation !== undefined, reason };
  }
  const calls = {
    commit: async () => claimed(await registry.tryCommit('c1~anything', 'a-1')),
    claim: async () => claimed(await registry.tryClaim(verification, 'a-1')),
    find: async () => ({ answer: await registry.find(verification) }),
    match: async () => ({ answer: await registry.match(verification, 'a-1') }),
    consume: async () => ({ answer: await registry.consume(verification.id, 'me') }),
    cancel: async () => ({ answer: await registry.cancel('c1~anything') }),
    ban: async () => ({ answer: await registry.ban(verification, { until: new Date(NOW + 86_400_000), reason: 'r' }) }),
    unban: async () => ({ answer: await registry.unban({ accountId: 'a-1' }) }),
    release: async () => ({ answer: await registry.release('a-1', { rejoinAfterMs: 1000 }) }),
    forget: async () => ({ answer: await registry.forget('a-1') }),
  };
  return calls[what]();
}

const { cases, incomplete } = vectors('own_store');
for (const { name, answers, gives, asked, ...more } of cases) {
  test(name, async () => {
    const heard = [];
    const registry = new Registry(undefined, { pepper: KEY, ownStore: storeOf(answers, heard) });
    const got = await call(registry, more).catch((error) => ({ error: error.kind, message: error.message }));
    for (const [key, wanted] of Object.entries(gives)) {
      if (key === 'lacks') assert.ok(got.message.includes(`\`${wanted}`), got.message);
      else if (key === 'standing') {
        for (const [member, value] of Object.entries(wanted)) assert.equal(got.standing[camel(member)] ?? null, value, member);
      } else if (key === 'until') assert.deepEqual(got.until ?? null, moment(wanted));
      else assert.deepEqual(got[key] ?? null, wanted, key);
    }
    assert.equal('error' in got, 'error' in gives, JSON.stringify(got));
    assert.deepEqual(
      heard.map((one) => one.name),
      asked,
    );
    await registry.close();
  });
}

for (const { functions, names } of incomplete) {
  test(`half a pair is refused: ${functions.join('+')}`, () => {
    const ownStore = Object.fromEntries(['find', 'claim', ...functions].map((name) => [name, () => undefined]));
    assert.throws(
      () => new Registry(undefined, { pepper: KEY, ownStore }),
      (error) => {
        assert.deepEqual([error.kind, error.parameter], ['invalid_argument', 'ownStore']);
        for (const name of names) assert.ok(error.message.includes(`\`${name}\``), error.message);
        return true;
      },
    );
  });
}

test('what the functions are given', async () => {
  const heard = [];
  const answers = {
    standing: { account: null, banned_until: null, rejoin_at: null },
    consume: ['first'],
    reserve: null,
    commit: 'created',
    cancel: true,
    ban: null,
    unban: true,
    release: true,
    forget: true,
  };
  const registry = new Registry(undefined, { pepper: KEY, ownStore: storeOf(answers, heard) });
  const keys = registry.keys(verification);
  const { reservation } = await registry.admit(verification, 'me', { consume: true, reserve: true });
  assert.match(reservation.id, /^[0-9a-f]{32}$/);
  const until = new Date(NOW + 86_400_000);
  await registry.commit(reservation.id, 7n);
  await registry.cancel(reservation.id);
  await registry.ban(verification, { until, reason: 'abuse' });
  await registry.unban({ accountId: 7 });
  await registry.release('a-1', { rejoinAfterMs: 60_000 });
  await registry.forget('a-1');
  const given = Object.fromEntries(heard.map(({ name, values }) => [name, values]));
  assert.deepEqual(given.standing, [keys]);
  assert.ok(Buffer.isBuffer(given.standing[0][0].hashBytes));
  assert.ok(given.consume.length === 2 && given.consume.every((hash) => /^[0-9a-f]{64}$/.test(hash)));
  assert.deepEqual(given.reserve.slice(0, 2), [keys, reservation.id]);
  assert.match(given.reserve[2], /^[0-9a-f]{64}$/);
  assert.deepEqual(given.reserve[3], reservation.expiresAt);
  assert.deepEqual(given.commit, [reservation.id, '7']);
  assert.deepEqual(given.cancel, [reservation.id]);
  assert.deepEqual(given.ban, [{ keys }, until, 'abuse']);
  assert.deepEqual(given.unban, [{ accountId: '7' }]);
  assert.equal(given.release[0], 'a-1');
  assert.ok(given.release[1].getTime() > NOW + 59_000);
  assert.deepEqual(given.forget, ['a-1']);
  await assert.rejects(registry.ban({ person: 1 }), { kind: 'invalid_argument', parameter: 'person' });
  await registry.close();
});

test('what stands under the name of a function must be one', () => {
  for (const name of ['find', 'claim', 'standing', 'forget']) {
    const ownStore = { find() {}, claim() {}, [name]: 5 };
    assert.throws(() => new Registry(undefined, { pepper: KEY, ownStore }), { kind: 'invalid_argument', parameter: `ownStore.${name}` });
  }
});
