'use strict';
// In production: is it well, how does it end, whose log is it, what has the registry counted.
const assert = require('node:assert/strict');
const { AsyncLocalStorage } = require('node:async_hooks');
const { after, before, beforeEach, test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { ROOT, bonin, run, serve } = require('./support.js');

const { PortOneV1, PortOneV2, Policy, Registry, Verifier } = bonin;
const KEY = 'k'.repeat(32);
const ADULT = Policy.preset('kr.youth_protection');
let sandbox;
before(async () => (sandbox = await bonin.Sandbox.start()));
beforeEach(() => sandbox.reset());
after(() => sandbox.close());

const v2 = (options) => new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url, ...options });
const v1 = (options) => new PortOneV1({ impKey: sandbox.impKey, impSecret: sandbox.impSecret, baseUrl: sandbox.v1Url, ...options });
const told = ({ checks }) => checks.map(({ name, ok, reason }) => `${name}:${ok ? 'ok' : reason}`).join(' ');
const failed = (promise) =>
  promise.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );

/** A server that holds its answers back, and the ids that it was asked for. */
async function slow(t) {
  const held = [];
  let arrive;
  const { url, close } = await serve((request, response) => {
    held.push({ id: request.url.split('/').pop(), response });
    arrive?.();
  });
  t.after(close);
  const arrived = async (number) => {
    while (held.length < number) await new Promise((resolve) => (arrive = resolve));
  };
  const release = () => {
    for (const { id, response } of held.splice(0)) response.end(JSON.stringify({ id, status: 'READY' }));
  };
  return { url, arrived, release, client: (options) => new PortOneV2({ apiSecret: 'secret', baseUrl: url, ...options }) };
}

// ---- check

test('all is well', async () => {
  const registry = new Registry('sqlite::memory:', { pepper: KEY });
  for (const client of [v1(), v2()]) {
    const report = await new Verifier(client, ADULT, { registry }).check();
    assert.equal(report.ok, true);
    assert.equal(told(report), 'calls:ok certificates:ok credentials:ok clock:ok store:ok');
    for (const check of report.checks) {
      assert.deepEqual(Object.keys(check), ['name', 'ok', 'reason', 'detail', 'durationMs']);
      assert.equal(check.reason, undefined);
      assert.ok(check.detail.length > 0 && check.durationMs >= 0);
    }
    assert.equal(JSON.parse(JSON.stringify(report)).checks.length, 5);
    client.close();
  }
  await registry.close();
});

test('what is wrong is told, and nothing is thrown', async () => {
  const of = async (client, registry) => told(await new Verifier(client, ADULT, { registry }).check({ timeoutMs: 5_000 }));
  assert.equal(await of(v2({ apiSecret: 'wrong' })), 'calls:ok certificates:ok credentials:unauthorized clock:ok');
  assert.equal(await of(v2({ storeId: 'store-other' })), 'calls:ok certificates:ok credentials:forbidden clock:ok');
  assert.equal(await of(v1({ impSecret: 'wrong' })), 'calls:ok certificates:ok credentials:unauthorized clock:ok');
  const nobody = 'http://127.0.0.1:1';
  assert.equal(await of(v2({ baseUrl: nobody, maxAttempts: 1 })), 'calls:ok certificates:ok credentials:connection_failed clock:unknown');
  const closed = v2();
  closed.close();
  assert.equal(await of(closed), 'calls:closed certificates:ok credentials:closed clock:unknown');
  const registry = new Registry('sqlite::memory:', { pepper: KEY });
  await registry.close();
  assert.equal(await of(v2(), registry), 'calls:ok certificates:ok credentials:ok clock:ok store:closed');
  const own = new Registry(undefined, { pepper: KEY, ownStore: { find: () => assert.fail('asked'), claim: () => assert.fail('asked') } });
  const report = await new Verifier(v2(), ADULT, { registry: own }).check();
  assert.equal(report.checks.find(({ name }) => name === 'store').detail, 'own store: not asked');
});

test('a check has a time and can be given up', async (t) => {
  const { client, arrived } = await slow(t);
  const portone = client();
  const verifier = new Verifier(portone, ADULT);
  assert.equal((await failed(verifier.check({ timeoutMs: 0 }))).kind, 'invalid_timeout');
  assert.equal((await failed(verifier.check({ timeout: 1 }))).kind, 'invalid_argument');
  assert.equal(told(await verifier.check({ timeoutMs: 50 })), 'calls:ok certificates:ok credentials:timed_out clock:unknown');
  const abort = new AbortController();
  const given = failed(verifier.check({ signal: abort.signal }));
  await arrived(2);
  abort.abort();
  assert.equal((await given).kind, 'cancelled');
  portone.close();
});

// ---- drain

test('what is under way ends, and nothing new begins', async (t) => {
  const { client, arrived, release } = await slow(t);
  const portone = client();
  const verifier = new Verifier(portone, ADULT);
  const order = [];
  const calls = [portone.lookup('iv-1'), verifier.verify('iv-2')].map((call) => call.then(() => order.push('call')));
  await arrived(2);
  const drained = portone.drain({ timeoutMs: 60_000 }).then((left) => order.push(left));
  const errors = await Promise.all([failed(portone.lookup('iv-3')), failed(verifier.verify('iv-3'))]);
  for (const error of errors) {
    assert.ok(error instanceof bonin.Draining);
    assert.equal(error.kind, 'draining');
    assert.equal(error.retryable, false);
  }
  assert.equal(told(await verifier.check({ timeoutMs: 50 })).split(' ')[0], 'calls:draining');
  release();
  await Promise.all([...calls, drained]);
  assert.deepEqual(order, ['call', 'call', 0]);
  assert.equal(await portone.drain(), 0);
  portone.close();
  assert.equal((await failed(portone.lookup('iv-4'))).kind, 'closed');
});

test('what is left after the time goes on until close', async (t) => {
  const { client, arrived } = await slow(t);
  const portone = client();
  const call = failed(portone.lookup('iv-1'));
  await arrived(1);
  assert.equal(await portone.drain({ timeoutMs: 20 }), 1);
  const abort = new AbortController();
  const given = failed(portone.drain({ timeoutMs: 60_000, signal: abort.signal }));
  abort.abort();
  assert.equal((await given).kind, 'cancelled');
  const waiting = portone.drain({ timeoutMs: 60_000 });
  portone.close();
  assert.equal((await call).kind, 'closed');
  assert.equal(await waiting, 0);
  assert.equal((await failed(portone.drain({ timeoutMs: -1 }))).kind, 'invalid_timeout');
});

test('a verifier drains and its client serves others', async () => {
  const portone = v2();
  const old = new Verifier(portone, ADULT);
  const id = sandbox.verify('adult');
  assert.equal(await old.drain(), 0);
  assert.equal((await failed(old.verify(id))).kind, 'draining');
  assert.equal((await new Verifier(portone, ADULT).verify(id)).allowed, true);
  assert.equal(typeof old.begin('session-1', { channelKey: sandbox.channelKey }).id, 'string');
  portone.close();
});

test('under load every call ends once, as an answer or as draining', async () => {
  const portone = v2();
  const registry = new Registry('sqlite::memory:', { pepper: KEY });
  const policy = new Policy({ name: 'new', rules: [{ account: 'new' }] });
  const verifier = new Verifier(portone, policy, { registry });
  const id = sandbox.verify('adult');
  const ends = { ok: 0 };
  const calls = [];
  const more = () => {
    for (let i = 0; i < 64; i++) {
      calls.push(
        verifier.verify(id, { subject: 's' }).then(
          () => ends.ok++,
          ({ kind }) => (ends[kind] = (ends[kind] ?? 0) + 1),
        ),
      );
    }
  };
  more();
  const drained = portone.drain({ timeoutMs: 60_000 });
  more();
  assert.equal(await drained, 0);
  assert.equal(portone.metrics().callsUnderWay, 0);
  await Promise.all(calls);
  assert.deepEqual(ends, { ok: 64, draining: 64 });
  await registry.close();
  portone.close();
});

test('a process and a worker end in the middle of a drain', async (t) => {
  const { url } = await slow(t);
  const script = (end) => `
    const { PortOneV2 } = require('bonin');
    const portone = new PortOneV2({ apiSecret: 'secret', baseUrl: '${url}' });
    portone.lookup('iv-1').catch(() => {});
    portone.drain({ timeoutMs: 60_000 }).catch(() => {});
    ${end}`;
  for (const end of ['setTimeout(() => process.exit(0), 20)', 'portone.close()', 'process.exitCode = 0; portone.close()']) {
    const { code, signal, stderr } = await run(script(end));
    assert.equal(stderr, '');
    assert.equal(signal, null);
    assert.equal(code, 0);
  }
  for (let i = 0; i < 5; i++) {
    const worker = new Worker(script('require("node:worker_threads").parentPort.postMessage(0)'), { eval: true, cwd: ROOT });
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
  }
});

test('a browser is told to come back, which another instance may serve', async () => {
  const { refusalOf } = require('bonin/web');
  const portone = v2();
  await portone.drain();
  const refusal = refusalOf(await failed(portone.lookup('iv-1')));
  assert.deepEqual([refusal.code, refusal.status, refusal.retryAfter], ['unavailable', 503, 1]);
  portone.close();
});

// ---- whose context

const requests = new AsyncLocalStorage();

test('events of a call are told in the context of its caller', async () => {
  const seen = [];
  const portone = v2({ onLog: ({ name }) => seen.push([name, requests.getStore()]), logLevel: 'debug' });
  const id = sandbox.verify('adult');
  await Promise.all(['a', 'b', 'c'].map((who) => requests.run(who, () => portone.lookup(who === 'b' ? 'iv-nobody' : id).catch(() => {}))));
  assert.deepEqual(seen.toSorted(), [
    ['call.failed', 'b'],
    ['call.succeeded', 'a'],
    ['call.succeeded', 'c'],
  ]);
  seen.length = 0;
  sandbox.fault('status', { status: 503 });
  await requests.run('d', () => new Verifier(portone, ADULT).verify(id));
  assert.deepEqual(seen, [
    ['call.retry', 'd'],
    ['call.succeeded', 'd'],
  ]);
  seen.length = 0;
  sandbox.fault('status', { status: 503, times: 30 });
  for (let i = 0; i < 10; i++) await requests.run('e', () => failed(portone.lookup(`iv-${i}`)));
  assert.deepEqual(
    seen.find(([name]) => name === 'circuit.opened'),
    ['circuit.opened', undefined],
    'it is about the client and of no call',
  );
  portone.close();
});

test('the client that tells the channel of a V1 verification speaks in the same context', async () => {
  const seen = [];
  const onLog = ({ name, fields }) => seen.push([name, fields.request?.split(' ')[1], requests.getStore()]);
  const other = v2({ onLog, logLevel: 'debug' });
  const portone = v1({ v2: other });
  await requests.run('a', () => portone.lookup(sandbox.verify('adult', { api: 'v1' })));
  assert.deepEqual(seen, [['call.succeeded', '/identity-verifications/{id}', 'a']]);
  portone.close();
  other.close();
});

test('a call that is refused, cancelled or closed has its context as well', async (t) => {
  const { client, arrived } = await slow(t);
  const seen = [];
  const portone = client({ onLog: ({ fields }) => seen.push([fields.kind, requests.getStore()]) });
  const abort = new AbortController();
  const cancelled = requests.run('a', () => failed(portone.lookup('iv-1', { signal: abort.signal })));
  await arrived(1);
  abort.abort();
  await cancelled;
  const closed = requests.run('b', () => failed(portone.lookup('iv-2')));
  await arrived(2);
  portone.close();
  await closed;
  await requests.run('c', () => failed(portone.lookup('iv-3')));
  assert.deepEqual(seen, [
    ['cancelled', 'a'],
    ['closed', 'b'],
    ['closed', 'c'],
  ]);
});

test('the functions of an own store run in the context of the call that asks', async () => {
  const seen = [];
  const ownStore = {
    async find() {
      seen.push(['find', requests.getStore()]);
      await null;
      seen.push(['find goes on', requests.getStore()]);
    },
    claim() {
      seen.push(['claim', requests.getStore()]);
      return 'created';
    },
  };
  const registry = new Registry(undefined, { pepper: KEY, ownStore });
  const portone = v2();
  const verifier = new Verifier(portone, new Policy({ name: 'new', rules: [{ account: 'new' }] }), { registry });
  const decision = await requests.run('a', () => verifier.verify(sandbox.verify('adult'), { subject: 's' }));
  assert.equal(decision.allowed, true);
  await requests.run('b', () => decision.commit('account-1'));
  await requests.run('c', () => registry.tryClaim(decision.verification, 'account-2'));
  assert.deepEqual(seen, [
    ['find', 'a'],
    ['find goes on', 'a'],
    ['claim', 'b'],
    ['claim', 'c'],
  ]);
  await registry.close();
  portone.close();
});

// ---- the registry's numbers

test('a registry counts its calls', async () => {
  const registry = new Registry('sqlite::memory:', { pepper: KEY });
  assert.deepEqual(registry.metrics().calls, {});
  const portone = v2();
  const verification = await portone.lookup(sandbox.verify('adult'));
  await registry.claim(verification, 'a-1');
  assert.equal((await registry.tryClaim(verification, 'a-2')).granted, false);
  assert.equal(await registry.find(verification), 'a-1');
  await registry.forgetUses(new Date(0));
  await failed(registry.ban({ accountId: 'nobody' }));
  await failed(registry.find({}));
  const metrics = registry.metrics();
  assert.deepEqual(metrics.calls, { claim: { ok: 2 }, find: { ok: 1 }, forgetUses: { ok: 1 }, ban: { not_found: 1 } });
  assert.deepEqual(Object.keys(metrics), [
    'calls',
    'callsUnderWay',
    'waiting',
    'transactions',
    'transactionCalls',
    'retries',
    'connections',
    'latencyMs',
  ]);
  assert.equal(metrics.callsUnderWay + metrics.waiting + metrics.retries, 0);
  assert.equal(metrics.transactions, 5);
  assert.equal(metrics.transactionCalls, 5);
  assert.equal(metrics.connections, 1);
  assert.equal(metrics.latencyMs.count, 5);
  assert.equal(metrics.latencyMs.counts.length, metrics.latencyMs.bounds.length + 1);
  await registry.close();
  portone.close();
});
