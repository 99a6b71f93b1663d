'use strict';
// bonin/testing, as an application's own tests use it: here, in Jest and in Vitest.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { existsSync, symlinkSync } = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const { stripVTControlCharacters } = require('node:util');
const { Closed, Decision, InvalidArgument, Policy, Proofs, Sandbox, Verification } = require('bonin');
const { allowed, assertAllowed, assertDenied, denied, registry, start, verification } = require('bonin/testing');

const throwsSaying = (run, pattern) => assert.throws(run, (error) => error instanceof assert.AssertionError && pattern.test(error.message));
const refuses = (parameter) => (error) => error instanceof InvalidArgument && error.parameter === parameter;

for (const api of ['v1', 'v2']) {
  describe(`a stage of ${api}`, () => {
    it('does whole flows', async () => {
      const stage = await start({ api });
      assertAllowed(await stage.flow('adult', 'session-1'));
      assertDenied(await stage.flow('minor', 'session-2'), 'age', 'too_young');
      assertAllowed(await stage.flow({ name: '홍길동', birthDate: '1990-01-01' }));
      await stage.close();
      await stage.close();
      await assert.rejects(stage.flow(), Closed);
    });

    it('does them step by step', async () => {
      const stage = await start({ api });
      const id = stage.finish(stage.begin('session-1'));
      assertDenied(await stage.verify(id, 'session-2'), 'begun', 'foreign');
      stage.advance({ minutes: 61 });
      assertDenied(await stage.verify(id, 'session-1'), 'begun', 'expired');
      await stage.close();
    });
  });
}

describe('a stage', () => {
  it('takes a policy and a store', async () => {
    const policy = new Policy({ name: 'sign-up', rules: [{ account: 'new' }] });
    const stage = await start({ policy, registry: { reservationLifeMs: 60_000 } });
    assertAllowed(await stage.flow('adult', 'session-1'));
    assertDenied(await stage.flow('adult', 'session-2'), 'account', 'being_signed_up');
    stage.advance({ seconds: 61 });
    assertAllowed(await stage.flow('adult', 'session-2'));
    await stage.close();
    const own = await start({ policy, registry: { ownStore: { find: async () => 'account-1', claim: async () => assert.fail() } } });
    assertDenied(await own.flow(), 'account', 'taken');
    await own.close();
  });

  it('has a registry of which there may be a second', async () => {
    const sandbox = await Sandbox.start();
    const [people, others] = [registry(sandbox), registry(sandbox, { keys: ['ci'] })];
    await people.claim(verification(), 'account-1');
    assert.equal(await people.find(verification()), 'account-1');
    assert.equal(await others.find(verification()), undefined);
    await people.release('account-1', { rejoinAfterMs: 60_000 });
    assert.equal((await people.standing(verification(), 'account-2')).rejoinPeriodOver, false);
    sandbox.advance({ seconds: 61 });
    assert.equal((await people.standing(verification(), 'account-2')).rejoinPeriodOver, true);
    assert.throws(() => registry(sandbox, 'sqlite::memory:'), refuses('registry'));
    for (const one of [people, others]) await one.close();
    await sandbox.close();
  });

  it('refuses what it does not take', async () => {
    await assert.rejects(start({ rules: 1 }), InvalidArgument);
    await assert.rejects(start({ api: 'v3' }), refuses('api'));
    await assert.rejects(start({ policy: undefined }), refuses('policy'));
  });
});

describe('made by hand', () => {
  it('a verification', () => {
    const adult = verification();
    assert.ok(adult instanceof Verification);
    assert.equal(adult.status, 'verified');
    assert.equal(adult.person.name.reveal(), '김하나');
    assert.equal(verification('naver_self_declared').person.foreigner.attestation, 'self_declared_possible');
    const own = verification(
      { name: '홍길동', birthDate: '2000-02-29', ci: null },
      { id: 'iv-1', customData: 'order-1', channel: { type: 'test' } },
    );
    assert.deepEqual([own.id, own.customData, own.channel.type], ['iv-1', 'order-1', 'test']);
    assert.equal(own.person.birthDate.reveal(), '2000-02-29');
    assert.equal(own.person.ci.attestation, 'absent');
    assert.equal(own.person.di.reveal().length, 64);
    assert.equal(own.person.di.reveal(), verification({ birthDate: '2000-02-29', name: '홍길동', ci: null }).person.di.reveal());
    const verifiedAt = new Date('2026-01-01T00:00:00Z');
    assert.deepEqual(verification('adult', { verifiedAt }).verifiedAt, verifiedAt);
    for (const facts of [{ statsu: 'ready' }, { status: 'done' }, null]) assert.throws(() => verification('adult', facts), InvalidArgument);
    assert.throws(() => verification('adlut'), /did you mean `adult`/);
  });

  it('decisions', () => {
    const yes = allowed();
    assert.ok(yes instanceof Decision && yes.allowed);
    assert.deepEqual(yes.denials, []);
    assert.equal(yes.reservation, undefined);
    const no = denied('age', 'too_young');
    assert.ok(no instanceof Decision && !no.allowed);
    assert.deepEqual([no.denials[0].code, no.denials[0].reason, no.denials[0].outcome], ['age', 'too_young', 'fail']);
    const policy = Policy.preset('kr.not_child');
    assert.equal(denied('age', 'too_young', 'child', { policy }).policyHash, policy.hash);
    assert.equal(allowed('adult', { policy, customData: 'order-1' }).verification.customData, 'order-1');
    assert.throws(() => denied('account', 'has_account', 'adult', { policy }), /has no rule `account`/);
    assert.throws(() => denied('age', 'too_yuong'), /did you mean `too_young`/);
    assert.throws(() => allowed('adult', { policy: {} }), refuses('policy'));
    const proofs = new Proofs({ key: 'k'.repeat(32) });
    assert.equal(proofs.check(proofs.issue(yes, { subject: 's', days: 1 }), { subject: 's', policy }).state, 'other_policy');
  });
});

describe('assertions', () => {
  it('say why', () => {
    const no = denied('age', 'too_young', 'minor');
    assertDenied(no);
    assertDenied(no, 'age');
    assertDenied(no, 'age', 'too_young');
    throwsSaying(() => assertAllowed(no), /age \(too_young\) at \/rules\/0: /);
    throwsSaying(() => assertAllowed(no), /^(?![^]*이두리)/);
    throwsSaying(() => assertDenied(no, 'fresh', 'stale'), /to be denied by fresh \(stale\), was denied by [^]*too_young/);
    throwsSaying(() => assertDenied(allowed(), 'age'), /to be denied by age, was allowed/);
    throwsSaying(() => assertAllowed(Promise.resolve(allowed())), /was a promise not awaited/);
    throwsSaying(() => assertAllowed({ allowed: true }), /a Decision was expected/);
  });

  it('know the parts of a combined rule', async () => {
    const policy = new Policy({ name: 'p', rules: [{ any_of: [{ age: { at_least: 14, by: 'full' } }, { guardian: true }] }] });
    const stage = await start({ policy });
    const decision = await stage.flow('child');
    await stage.close();
    assertDenied(decision, 'guardian', 'needs_guardian');
    assertDenied(decision, 'age', 'too_young');
    throwsSaying(() => assertDenied(decision, 'age', 'needs_guardian'), /needs_guardian/);
  });
});

it('works as an ES module', async () => {
  const module = await import('bonin/testing');
  assert.equal(module.start, start);
  assert.equal(module.default.denied, denied);
});

describe('in other runners', () => {
  const frameworks = path.join(__dirname, '..', 'frameworks');
  const runners = [
    ['jest', 'jest/bin/jest.js', ['--maxWorkers=2'], 8],
    ['jest', 'jest/bin/jest.js', ['--runInBand'], 8],
    ['jest', 'jest/bin/jest.js', ['--workerThreads', '--maxWorkers=2'], 8],
    ['vitest', 'vitest/vitest.mjs', ['run', '--pool=forks'], 6],
    ['vitest', 'vitest/vitest.mjs', ['run', '--pool=threads'], 6],
  ];
  for (const [name, program, options, tests] of runners) {
    const folder = path.join(frameworks, name);
    const file = path.join(folder, 'node_modules', program);
    const bonin = path.join(folder, 'node_modules', 'bonin'); // no dependency: a lock file would hold what package.json says
    it([name, ...options].join(' '), { skip: !existsSync(file) && `${name} is not installed` }, () => {
      if (!existsSync(bonin)) symlinkSync(path.join(frameworks, '..', '..'), bonin);
      const env = { ...process.env, CI: '1', NODE_TEST_CONTEXT: undefined };
      const done = spawnSync(process.execPath, [file, ...options], { cwd: folder, env, encoding: 'utf8', timeout: 120_000 });
      assert.equal(done.status, 0, done.stdout + done.stderr);
      assert.match(stripVTControlCharacters(done.stdout + done.stderr), new RegExp(`\\b${tests} passed`));
    });
  }
});
