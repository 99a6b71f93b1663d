'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bonin, observed, onThisClock, useSandbox, vectors } = require('./support.js');

const { ClaimRefused, InvalidArgument, Policy, Registry, Verifier } = bonin;
const KEY = 'k'.repeat(32);
const OTHERS = ['single_use', 'not_banned', 'rejoin_period_over'];
const NEW = { name: 'new', rules: [{ account: 'new' }] };
let sandbox;
let portone;
useSandbox((opened) => ({ sandbox, portone } = opened), onThisClock);

/** An application's own table, with its unique index. */
function users() {
  const held = new Map();
  return {
    find: (keys) => keys.map(({ hash }) => held.get(hash)).find((account) => account !== undefined),
    claim(keys, accountId) {
      if (keys.some(({ hash }) => held.has(hash) && held.get(hash) !== accountId)) return { outcome: 'taken', reason: 'other_account' };
      for (const { hash } of keys) held.set(hash, accountId);
      return 'created';
    },
  };
}
const idOf = ([ci, di], provider = 'DANAL') =>
  sandbox.verify(
    {
      name: '김보닌',
      birthDate: '1990-03-15',
      ci: ci === '' ? null : ci.padEnd(88, 'c'),
      di: di === '' ? null : di.padEnd(64, 'd'),
    },
    { provider },
  );
const lookup = (keys, provider) => portone.lookup(idOf(keys, provider));

const STEPS = {
  claim: async (registry, { provider }, keys, account) => (await registry.claim(await lookup(keys, provider), account)).granted,
  release: (registry, _state, account, rejoinAfterMs) => registry.release(account, { rejoinAfterMs }),
  ban: async (registry, { provider }, keys) => (await registry.ban(await lookup(keys, provider))) === undefined,
  reserve: async (registry, { provider }, keys, subject) =>
    (await registry.reserve(await lookup(keys, provider), subject)).reservation !== undefined,
  consume: async (registry, { id }, subject) => (await registry.consume(id, subject)) === 'first',
};

async function judge(registry, state, others, orSame) {
  const { provider } = state;
  const id = idOf(state.keys, provider);
  for (const [what, ...more] of state.steps) assert.equal(await STEPS[what](registry, { id, provider }, ...more), true, what);
  const rule = orSame ? { any_of: [{ account: 'new' }, { account: 'same' }] } : { account: 'new' };
  const policy = new Policy({
    name: 'sign-up',
    ...(state.policy_accepts && { accept_page_chosen_di: state.policy_accepts }),
    rules: [rule, ...others.map((other) => ({ [other]: true }))],
  });
  const decision = await new Verifier(portone, policy, { registry }).verify(id, { subject: 'me' });
  const { account } = state.denied;
  const wanted = account === undefined || (orSame && account === 'has_account') ? [] : [orSame ? 'any_of' : 'account'];
  wanted.push(...others.filter((other) => state.denied[other] !== undefined));
  assert.deepEqual(
    decision.denials.map(({ code }) => code),
    wanted,
  );
  for (const { code, reason } of decision.denials) if (code !== 'any_of') assert.equal(reason, state.denied[code]);
  assert.equal(decision.allowed, wanted.length === 0);
  assert.equal(decision.reservation !== undefined, decision.allowed && account === undefined);
  if (decision.reservation === undefined) {
    await assert.rejects(decision.commit('account-1'), InvalidArgument);
  } else {
    assert.equal((await decision.commit('account-1')).outcome, 'created');
    assert.equal(await registry.find(decision.verification), 'account-1');
  }
}

for (const state of vectors('sign_up').states) {
  test(`account: new, ${state.name}, with every set of rules`, async () => {
    for (let rules = 0; rules < 16; ++rules) {
      const others = OTHERS.filter((_, i) => (rules >> i) & 1);
      const options = { pepper: KEY, acceptPageChosenDi: state.registry_accepts ?? [] };
      const registries = [new Registry('sqlite::memory:', options)];
      if (state.own_store && others.length === 0) registries.push(new Registry(undefined, { ...options, ownStore: users() }));
      for (const registry of registries) {
        await judge(registry, state, others, rules >= 8);
        await registry.close();
      }
    }
  });
}

test('an own store grants one of three that it let in', async (t) => {
  const registry = new Registry(undefined, { pepper: KEY, ownStore: users() });
  const verifier = new Verifier(portone, new Policy(NEW), { registry });
  const verify = (subject) => verifier.verify(idOf(['ci-1', 'di-1']), { subject });
  const decisions = await Promise.all(['a', 'b', 'c'].map(verify));
  for (const { allowed, reservation } of decisions) assert.deepEqual([allowed, reservation.id.slice(0, 3)], [true, 'c1~']);
  const ends = await Promise.allSettled(decisions.map((decision, i) => decision.commit(`a-${i}`)));
  assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
  for (const { reason } of ends.filter(({ status }) => status === 'rejected')) {
    assert.ok(reason instanceof ClaimRefused);
    assert.deepEqual([reason.outcome, reason.reason, reason.until], ['taken', 'other_account', undefined]);
  }
  assert.equal((await verify('d')).allowed, false);
  await registry.close();
  observed(t, 51, 'Node: three were let in by an own store, one commit is granted, two reject with `ClaimRefused`');
});

test('a refusal rejects; its twins answer', async (t) => {
  const registry = new Registry('sqlite::memory:', { pepper: KEY });
  t.after(() => registry.close());
  const decision = await new Verifier(portone, new Policy(NEW), { registry }).verify(idOf(['ci-2', 'di-2']), { subject: 'me' });
  const { reservation, verification } = decision;
  const until = new Date('2100-01-01T00:00:00Z');
  await registry.ban(verification, { until });
  const calls = [
    () => decision.commit('a-1'),
    () => reservation.commit('a-1'),
    () => registry.commit(reservation, 'a-1'),
    () => registry.commit(reservation.id, 'a-1'),
    () => registry.claim(verification, 'a-1', { subject: 'me' }),
  ];
  for (const call of calls) {
    const error = await call().catch((reason) => reason);
    assert.ok(error instanceof ClaimRefused);
    assert.deepEqual([error.kind, error.outcome, error.reason, error.until], ['claim_refused', 'refused', 'banned', until]);
    assert.equal(JSON.parse(JSON.stringify(error)).reason, 'banned');
    assert.ok(error.message.includes('banned') && !error.message.includes(reservation.id));
  }
  const answers = [
    reservation.tryCommit('a-1'),
    registry.tryCommit(reservation, 'a-1'),
    registry.tryCommit(reservation.id, 'a-1'),
    registry.tryClaim(verification, 'a-1'),
  ];
  for (const claim of await Promise.all(answers)) assert.deepEqual(claim, { outcome: 'refused', reason: 'banned', until, granted: false });
  observed(t, 51, 'Node: `commit` and `claim` reject with `ClaimRefused`, its reason and end; `tryCommit` and `tryClaim` answer');
});

test('what an own store cannot answer is refused when the verifier is made', async (t) => {
  const registry = new Registry(undefined, { pepper: KEY, ownStore: users() });
  t.after(() => registry.close());
  for (const rule of OTHERS) {
    const policy = new Policy({ name: 'n', rules: [{ account: 'new' }, { [rule]: true }] });
    assert.throws(
      () => new Verifier(portone, policy, { registry }),
      (error) => {
        assert.ok(error instanceof InvalidArgument);
        assert.equal(error.parameter, 'policy');
        assert.ok(error.message.includes(`\`${rule}\` at \`/rules/1\``));
        return true;
      },
    );
  }
  observed(t, 52, 'Node: `InvalidArgument` when the verifier is made, and the rule is named');
});

test('keys without a CI warn', async () => {
  for (const [keys, count] of [
    [['di'], 1],
    [['ci'], 0],
    [['ci', 'di'], 0],
  ]) {
    const registry = new Registry('sqlite::memory:', { pepper: KEY, keys });
    const { warnings } = new Verifier(portone, new Policy(NEW), { registry });
    assert.equal(warnings.length, count);
    for (const warning of warnings) assert.ok(warning.includes('`ci`'));
    await registry.close();
  }
});

test('nothing tells who it is: no outage', async (t) => {
  const registry = new Registry('sqlite::memory:', { pepper: KEY });
  t.after(() => registry.close());
  const verifier = new Verifier(portone, new Policy(NEW), { registry });
  const [finding, ...more] = (await verifier.verify(sandbox.verify('kakao_without_ci'), { subject: 'me' })).denials;
  assert.deepEqual([more.length, finding.code, finding.outcome, finding.reason], [0, 'account', 'unknown', 'no_key']);
  assert.ok(finding.en.includes('another method') && finding.ko.includes('다른 수단') && !finding.en.includes('in a moment'));
  observed(t, 53, 'Node: a Kakao user without CI is denied with `no_key`, and told to use another method');
});
