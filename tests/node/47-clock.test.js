'use strict';
// One clock: what a sandbox's moves, and what follows it.

const assert = require('node:assert/strict');
const { describe, it, before, after } = require('node:test');
const { Worker } = require('node:worker_threads');
const { InvalidArgument, Policy, PortOneV1, PortOneV2, Proofs, Registry, Sandbox, Verifier } = require('bonin');

const pepper = 'k'.repeat(32);
const policy = Policy.preset('kr.not_child');
const reasonsOf = ({ denials }) => denials.map(({ reason }) => reason);
const refuses = (parameter) => (error) => error instanceof InvalidArgument && error.parameter === parameter;

describe('one clock', () => {
  let sandbox;
  before(async () => {
    sandbox = await Sandbox.start();
  });
  after(() => sandbox.close());
  const now = () => sandbox.control('info').nowMs;

  it('connects clients of its own', async () => {
    const v2 = sandbox.connect({ timeoutMs: 1234, auth: 'login' });
    assert.ok(v2 instanceof PortOneV2);
    assert.equal((await v2.lookup(sandbox.verify())).status, 'verified');
    assert.ok(sandbox.connect({ api: 'v1' }) instanceof PortOneV1);
    assert.equal((await sandbox.connect({ auth: 'api_key' }).lookup(sandbox.verify())).status, 'verified');
    assert.throws(() => sandbox.connect({ api: 'v3' }), refuses('api'));
    assert.throws(() => sandbox.connect({ timeout: 1 }), refuses('timeout'));
  });

  for (const api of ['v1', 'v2']) {
    it(`a verifier follows its client: ${api}`, async () => {
      const verifier = new Verifier(sandbox.connect({ api }), policy);
      const id = sandbox.verify('adult', { api });
      assert.equal((await verifier.verify(id)).allowed, true);
      sandbox.advance({ minutes: 11 });
      assert.deepEqual(reasonsOf(await verifier.verify(id)), ['stale']);
      sandbox.reset();
      assert.equal((await verifier.verify(sandbox.verify('adult', { api }))).allowed, true);
    });
  }

  it('is named', async () => {
    const portone = new PortOneV2({ apiSecret: sandbox.apiSecret, baseUrl: sandbox.v2Url });
    const id = sandbox.verify();
    const verifier = new Verifier(portone, policy, { clock: sandbox });
    const proofs = new Proofs({ key: pepper, clock: sandbox });
    const proof = proofs.issue(await verifier.verify(id), { subject: 'user-1', days: 365 });
    sandbox.advance({ days: 365 });
    assert.deepEqual(reasonsOf(await verifier.verify(id)), ['stale']);
    assert.equal((await new Verifier(portone, policy).verify(id)).allowed, true);
    assert.equal(proofs.check(proof, { subject: 'user-1', policy }).state, 'expired');
    assert.equal(new Proofs({ key: pepper }).check(proof, { subject: 'user-1', policy }).state, 'valid');
  });

  it('is one: two are refused', () => {
    const portone = sandbox.connect();
    const theirs = new Registry('sqlite::memory:', { pepper });
    assert.throws(() => new Verifier(portone, policy, { registry: theirs }), refuses('registry'));
    new Verifier(portone, policy, { registry: new Registry('sqlite::memory:', { pepper, clock: sandbox }) });
  });

  it('is a sandbox', () => {
    for (const clock of [1, 'now', {}, Date, null]) {
      const makers = [
        () => new PortOneV1({ impKey: 'k', impSecret: 's', clock }),
        () => new PortOneV2({ apiSecret: 's', clock }),
        () => new Registry('sqlite::memory:', { pepper, clock }),
        () => new Proofs({ key: pepper, clock }),
        () => new Verifier(new PortOneV2({ apiSecret: 's' }), policy, { clock }),
      ];
      for (const make of makers) {
        if (clock === null) make();
        else assert.throws(make, refuses('clock'));
      }
    }
  });

  it('moves by units', () => {
    const moves = [
      [90, 90_000],
      [-60, -60_000],
      [0, 0],
      [{ minutes: 11 }, 660_000],
      [{ days: 1, hours: -2, ms: 7 }, 79_200_007],
      [{ seconds: 1.5 }, 1_500],
    ];
    for (const [span, ms] of moves) {
      const from = now();
      sandbox.advance(span);
      const moved = now() - from;
      assert.ok(moved >= ms && moved < ms + 60_000, `${JSON.stringify(span)}: ${moved}`);
    }
    const wrong = [undefined, null, 'hour', Number.NaN, Infinity, {}, { weeks: 1 }, { hours: undefined }, { hours: '1' }, { days: 40_000 }];
    for (const span of wrong) assert.throws(() => sandbox.advance(span), InvalidArgument, String(span));
  });

  it('takes the options of verify in camelCase and in snake_case', async () => {
    sandbox.reset();
    const verifier = new Verifier(sandbox.connect(), policy);
    for (const name of ['verifiedAtMs', 'verified_at_ms']) {
      const id = sandbox.verify('adult', { [name]: Date.now() - 660_000 });
      assert.deepEqual(reasonsOf(await verifier.verify(id)), ['stale']);
    }
  });
});

describe('beyond its sandbox', () => {
  it('lives on', async () => {
    const sandbox = await Sandbox.start();
    const registry = new Registry('sqlite::memory:', { pepper, clock: sandbox });
    const verification = await sandbox.connect().lookup(sandbox.verify());
    await registry.ban(verification, { until: new Date(Date.now() + 3_600_000) });
    assert.equal((await registry.standing(verification, 'session-1')).banned, true);
    sandbox.advance({ hours: 2 });
    await sandbox.close();
    assert.equal((await registry.standing(verification, 'session-1')).banned, false);
  });

  it('each worker thread has its own', async () => {
    const code = `
      const { parentPort } = require('node:worker_threads');
      const { Policy, Sandbox, Verifier } = require(${JSON.stringify(require.resolve('bonin'))});
      (async () => {
        const sandbox = await Sandbox.start();
        const verifier = new Verifier(sandbox.connect(), Policy.preset('kr.not_child'));
        const id = sandbox.verify();
        sandbox.advance({ minutes: 11 });
        const decision = await verifier.verify(id);
        await sandbox.close();
        parentPort.postMessage(decision.denials[0].reason);
      })();`;
    const asked = [0, 1, 2].map(
      () =>
        new Promise((resolve, reject) => {
          new Worker(code, { eval: true }).once('message', resolve).once('error', reject);
        }),
    );
    assert.deepEqual(await Promise.all(asked), ['stale', 'stale', 'stale']);
  });
});
