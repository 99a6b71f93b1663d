'use strict';
// The circuit, the metrics and the log of a client.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bonin, clientOf, run, serve } = require('./support.js');

const found = JSON.stringify({ id: 'iv-1', status: 'READY' });

/** A server that answers with a status of the test's choosing. */
async function server(t) {
  const state = { status: 200, requests: 0 };
  const { url, close } = await serve((_, response) => {
    state.requests++;
    response.writeHead(state.status).end(state.status === 200 ? found : '{"type":"X"}');
  });
  t.after(close);
  return { state, url };
}

const failed = (promise) =>
  promise.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );

async function outage(client, state) {
  state.status = 503;
  for (let i = 0; i < 10; i++) assert.equal((await failed(client.lookup(`iv-${i}`))).kind, 'unavailable');
}

test('a new client', () => {
  const client = new bonin.PortOneV2({ apiSecret: 'secret' });
  const metrics = client.metrics();
  assert.deepEqual(metrics, {
    calls: { ok: 0 },
    callsUnderWay: 0,
    failFast: 0,
    attempts: 0,
    retries: 0,
    retryBudget: 500,
    connections: 0,
    tokenRenewals: 0,
    tokenFailures: 0,
    circuit: 'closed',
    circuitOpenings: 0,
    logEventsDropped: 0,
    clockSkewMs: 0,
    latencyMs: { bounds: [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000], counts: Array(12).fill(0), count: 0, sum: 0 },
  });
  assert.equal(client.circuit, 'closed');
});

test('what calls count', async (t) => {
  const { state, url } = await server(t);
  const client = clientOf('v2', url);
  await Promise.all([client.lookup('iv-1'), client.lookup('iv-1'), client.lookup('iv-1')]);
  state.status = 404;
  await failed(client.lookup('iv-1'));
  await failed(client.lookup('..'));
  const metrics = client.metrics();
  assert.deepEqual(metrics.calls, { ok: 3, not_found: 1 });
  assert.equal(metrics.attempts, 4);
  assert.equal(metrics.callsUnderWay, 0);
  assert.equal(metrics.latencyMs.count, 4);
  assert.equal(
    metrics.latencyMs.counts.reduce((a, b) => a + b),
    4,
  );
  client.close();
});

test('an outage opens the circuit, and calls fail at once', async (t) => {
  const { state, url } = await server(t);
  const client = clientOf('v2', url, { maxAttempts: 1 });
  await outage(client, state);
  assert.equal(client.circuit, 'open');
  const { requests } = state;
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.civil_adult'));
  for (const call of [client.lookup('iv-1'), client.resend('iv-1'), verifier.verify('iv-1')]) {
    const error = await failed(call);
    assert.ok(error instanceof bonin.Unavailable);
    assert.equal(error.attempts, undefined);
    assert.equal(error.cause, 'PortOne is not available');
    assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= 5000);
    assert.match(error.message, /pausing/);
  }
  assert.equal(state.requests, requests);
  const metrics = client.metrics();
  assert.deepEqual(metrics.calls, { ok: 0, unavailable: 13 });
  assert.deepEqual([metrics.failFast, metrics.circuitOpenings, metrics.circuit, metrics.latencyMs.count], [3, 1, 'open', 10]);
  client.close();
});

test('a client with as many calls under way as it may', async (t) => {
  const silent = await serve(() => {});
  t.after(() => silent.close());
  const names = [];
  const client = clientOf('v2', silent.url, { maxCalls: 2, logLevel: 'warning', onLog: ({ name }) => names.push(name) });
  const held = [client.lookup('iv-1'), client.lookup('iv-2')].map(failed);
  for (const call of [client.lookup('iv-3'), client.resend('iv-3')]) {
    const error = await failed(call);
    assert.ok(error instanceof bonin.Overloaded && error.retryable);
    assert.match(error.message, /`maxCalls`/);
  }
  assert.deepEqual(names, ['client.full']);
  assert.equal(client.metrics().callsUnderWay, 2);
  client.close();
  assert.deepEqual(
    (await Promise.all(held)).map(({ kind }) => kind),
    ['closed', 'closed'],
  );
});

test('a clock that is behind is told once', async (t) => {
  const ahead = await serve((_, response) => {
    response.setHeader('Date', new Date(Date.now() + 120_000).toUTCString());
    response.end('{"id":"iv-1","status":"READY"}');
  });
  t.after(ahead.close);
  const events = [];
  const client = clientOf('v2', ahead.url, { onLog: (event) => events.push(event) });
  await client.lookup('iv-1');
  await client.lookup('iv-1');
  assert.deepEqual(
    events.map(({ name, level }) => [name, level]),
    [['clock.skew', 'warning']],
  );
  assert.ok(Math.abs(events[0].fields.seconds - 120) <= 5);
  assert.ok(Math.abs(client.metrics().clockSkewMs - 120_000) <= 5000);
  client.close();
});

test('onLog is told before the promise settles', async (t) => {
  const { state, url } = await server(t);
  const events = [];
  const client = clientOf('v2', url, { maxAttempts: 1, onLog: (event) => events.push(event) });
  await client.lookup('iv-1');
  assert.deepEqual(events, []);
  state.status = 404;
  await failed(client.lookup('iv-1'));
  assert.equal(events.length, 1);
  const [{ at, level, name, fields }] = events;
  assert.ok(at instanceof Date);
  assert.deepEqual([level, name], ['info', 'call.failed']);
  assert.ok(fields.ms >= 0);
  assert.deepEqual(
    { ...fields, ms: 0 },
    { request: 'GET /identity-verifications/{id}', kind: 'not_found', httpStatus: 404, attempts: 1, ms: 0 },
  );
  await outage(client, state);
  const opened = events.filter((event) => event.name === 'circuit.opened');
  assert.equal(opened.length, 1);
  assert.equal(opened[0].level, 'warning');
  assert.ok(opened[0].fields.pauseMs > 0);
  client.close();
});

test('onLog through a verifier, at debug', async (t) => {
  const { url } = await server(t);
  const names = [];
  const client = clientOf('v1', url, { logLevel: 'debug', onLog: ({ name }) => names.push(name) });
  const verifier = new bonin.Verifier(client, bonin.Policy.preset('kr.civil_adult'));
  await failed(verifier.verify('imp_1')); // the server knows V2 alone
  assert.deepEqual(names, ['token.renewed', 'call.failed']);
  const v2 = clientOf('v2', url, { logLevel: 'debug', onLog: ({ name }) => names.push(name) });
  await Promise.all([v2.lookup('iv-1'), v2.lookup('iv-1')]);
  assert.deepEqual(names.slice(2), ['call.succeeded', 'call.succeeded']);
  client.close();
  v2.close();
});

test('a warning level hears no more than warnings', async (t) => {
  const { state, url } = await server(t);
  const names = [];
  const client = clientOf('v2', url, { maxAttempts: 1, logLevel: 'warning', onLog: ({ name }) => names.push(name) });
  state.status = 404;
  await failed(client.lookup('iv-1'));
  assert.deepEqual(names, []);
  state.status = 500;
  await failed(client.lookup('iv-1'));
  assert.deepEqual(names, ['call.failed']);
  client.close();
});

test('an onLog that throws or rejects breaks no call, and is said once', async () => {
  for (const onLog of ['() => { throw new Error("broken") }', 'async () => { throw new Error("broken") }']) {
    const { code, stdout, stderr } = await run(`
      const { bonin, serve } = require('./tests/node/support.js');
      (async () => {
        const server = await serve((_, response) => response.end('${found}'));
        const client = new bonin.PortOneV2({ apiSecret: 's', baseUrl: server.url, logLevel: 'debug', onLog: ${onLog} });
        for (let i = 0; i < 3; i++) await client.lookup('iv-1');
        console.log('answered');
        client.close();
        await server.close();
      })();
    `);
    assert.deepEqual([code, stdout], [0, 'answered\n'], stderr);
    assert.equal(stderr.match(/BoninWarning/g).length, 1, stderr);
  }
});

test('bad options are refused', () => {
  const make = (options) => () => new bonin.PortOneV2({ apiSecret: 'secret', ...options });
  assert.throws(make({ onLog: 'x' }), { name: 'InvalidArgument', parameter: 'onLog' });
  assert.throws(make({ logLevel: 'info' }), { name: 'InvalidArgument', parameter: 'onLog' });
  assert.throws(make({ onLog() {}, logLevel: 'trace' }), { name: 'InvalidArgument', parameter: 'logLevel' });
  assert.throws(make({ onLog() {}, other: 1 }), { name: 'InvalidArgument', parameter: 'other' });
});
