'use strict';
// The numbers of a client as OpenTelemetry metrics.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} = require('@opentelemetry/sdk-metrics');
const { ROOT, bonin, clientOf, run, serve } = require('./support.js');
const { instrument } = require('bonin/opentelemetry');

async function points(meterProvider, exporter) {
  exporter.reset();
  await meterProvider.forceFlush();
  const found = new Map();
  for (const { scopeMetrics } of exporter.getMetrics()) {
    for (const { descriptor, dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      for (const { attributes, value } of dataPoints) {
        const sorted = Object.entries(attributes)
          .sort()
          .map(([key, text]) => `${key}=${text}`);
        found.set([descriptor.name, ...sorted].join(' '), value);
      }
    }
  }
  return found;
}

test('all the numbers, of several clients', async (t) => {
  const server = await serve((request, response) => {
    response.writeHead(request.url.endsWith('nobody') ? 404 : 200);
    response.end(request.url.endsWith('nobody') ? '{"type":"X"}' : '{"id":"iv-1","status":"READY"}');
  });
  t.after(server.close);
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, exportTimeoutMillis: 60_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  t.after(() => meterProvider.shutdown());
  const v2 = clientOf('v2', server.url);
  const v1 = clientOf('v1', server.url);
  instrument(v2, { meterProvider });
  instrument(v1, { meterProvider, attributes: { store: 'a' } });
  await v2.lookup('iv-1');
  await v2.lookup('iv-nobody').catch(() => {});

  const found = await points(meterProvider, exporter);
  const value = (key) => found.get(`bonin.client.${key}`);
  assert.equal(value('calls bonin.api=v2 outcome=ok'), 1);
  assert.equal(value('calls bonin.api=v2 outcome=not_found'), 1);
  assert.equal(value('attempts bonin.api=v2'), 2);
  assert.equal(value('attempts bonin.api=v1 store=a'), 0);
  assert.equal(value('retry_budget bonin.api=v2'), 500);
  assert.equal(value('circuit.state bonin.api=v2 state=closed'), 1);
  assert.equal(value('circuit.state bonin.api=v2 state=open'), 0);
  assert.equal(value('call.duration.count bonin.api=v2'), 2);
  assert.equal(value('call.duration.sum bonin.api=v2'), v2.metrics().latencyMs.sum / 1000);
  const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];
  const buckets = bounds.map((le) => value(`call.duration.bucket bonin.api=v2 le=${le}`));
  assert.deepEqual(buckets, buckets.toSorted?.((a, b) => a - b) ?? buckets);
  assert.equal(buckets.at(-1), 2);
  assert.deepEqual([...new Set([...found.keys()].map((key) => key.split(' ')[0].slice('bonin.client.'.length)))].sort(), [
    'active_calls',
    'attempts',
    'call.duration.bucket',
    'call.duration.count',
    'call.duration.sum',
    'calls',
    'circuit.openings',
    'circuit.state',
    'clock.skew',
    'connections',
    'fail_fast',
    'log.dropped',
    'retries',
    'retry_budget',
    'token.failures',
    'token.renewals',
  ]);
  v1.close();
  v2.close();
});

test('a client that was closed or collected is forgotten', async () => {
  const { code, stdout, stderr } = await run(
    `
    let asked = 0;
    const Plain = WeakRef;
    globalThis.WeakRef = class extends Plain { deref() { asked += 1; return super.deref(); } };
    const { PortOneV2 } = require('bonin');
    const { instrument } = require('bonin/opentelemetry');
    const callbacks = [];
    let made = 0;
    const create = () => ((made += 1), {});
    const meter = {
      createObservableCounter: create, createObservableUpDownCounter: create, createObservableGauge: create,
      addBatchObservableCallback: (callback) => callbacks.push(callback),
    };
    const meterProvider = { getMeter: () => meter };
    const collect = () => {
      const stores = new Set();
      asked = 0;
      for (const callback of callbacks) callback({ observe: (_, __, { store }) => stores.add(store) });
      return { stores: [...stores], asked };
    };
    const client = (store) => {
      const portone = new PortOneV2({ apiSecret: 'secret' });
      instrument(portone, { meterProvider, attributes: { store } });
      return portone;
    };
    const kept = client('kept');
    const closed = client('closed');
    for (let i = 0; i < 50; i++) client('gone');
    setImmediate(() => {
      closed.close();
      gc();
      const seen = [collect(), collect()];
      console.log(JSON.stringify({ seen, callbacks: callbacks.length, made }));
      kept.close();
    });`,
    { env: { NODE_OPTIONS: '--expose-gc' } },
  );
  assert.equal(code, 0, stderr);
  const { seen, callbacks, made } = JSON.parse(stdout);
  assert.deepEqual(seen[0].stores, ['kept', 'closed'], 'a closed one is reported once more');
  assert.deepEqual(seen[1], { stores: ['kept'], asked: 1 }, 'the others are not even asked');
  assert.deepEqual([callbacks, made], [1, 16], 'instruments once a provider');
});

test('the numbers of a registry', async (t) => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, exportTimeoutMillis: 60_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  t.after(() => meterProvider.shutdown());
  const registry = new bonin.Registry('sqlite::memory:', { pepper: 'k'.repeat(32) });
  instrument(registry, { meterProvider, attributes: { store: 'a' } });
  await registry.count();
  await registry.ban({ accountId: 'nobody' }).catch(() => {});
  const found = await points(meterProvider, exporter);
  const value = (key) => found.get(`bonin.registry.${key}`);
  assert.equal(value('calls operation=count outcome=ok store=a'), 1);
  assert.equal(value('calls operation=ban outcome=not_found store=a'), 1);
  assert.equal(value('transactions store=a'), 2);
  assert.equal(value('transaction_calls store=a'), 2);
  assert.equal(value('connections store=a'), 1);
  assert.equal(value('waiting store=a'), 0);
  assert.equal(value('active_calls store=a'), 0);
  assert.equal(value('retries store=a'), 0);
  assert.equal(value('call.duration.count store=a'), 2);
  assert.equal(value('call.duration.bucket le=+Inf store=a'), 2);
  await registry.close();
  assert.equal((await points(meterProvider, exporter)).get('bonin.registry.connections store=a'), 1, 'once more');
  assert.throws(() => instrument({}), { name: 'InvalidArgument' });
});

test('the decisions of a verifier', async (t) => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000, exportTimeoutMillis: 60_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  t.after(() => meterProvider.shutdown());
  const sandbox = await bonin.Sandbox.start();
  const portone = sandbox.connect();
  const policy = new bonin.Policy({ name: 'p', rules: [{ age: { at_least: 19, by: 'year' } }] });
  const verifier = new bonin.Verifier(portone, policy, { records: () => {} });
  instrument(verifier, { meterProvider, attributes: { store: 'a' } });
  for (const persona of ['adult', 'minor', 'minor']) await verifier.verify(sandbox.verify(persona));
  await verifier.verify('iv-nobody').catch(() => {});
  const found = await points(meterProvider, exporter);
  const value = (key) => found.get(`bonin.verifier.${key} store=a`);
  assert.equal(value('verifications bonin.api=v2 bonin.policy=p outcome=allowed provider=DANAL'), 1);
  assert.equal(value('verifications bonin.api=v2 bonin.policy=p outcome=denied provider=DANAL'), 2);
  assert.equal(value('verifications bonin.api=v2 bonin.policy=p outcome=not_found provider=none'), 1);
  assert.equal(value('denials bonin.api=v2 bonin.policy=p reason=too_young rule=age'), 2);
  assert.equal(value('records.written bonin.api=v2 bonin.policy=p'), 3);
  assert.equal(value('records.waiting bonin.api=v2 bonin.policy=p'), 0);
  assert.equal(value('records.lost bonin.api=v2 bonin.policy=p'), 0);
});

test('the recipe for prom-client', async () => {
  const guide = fs.readFileSync(path.join(ROOT, 'docs', 'operations.md'), 'utf8');
  const code = guide.match(/```js\n(const \{ Gauge \}[^`]*?)```/)[1];
  const registry = new bonin.Registry('sqlite::memory:', { pepper: 'k'.repeat(32) });
  await registry.count();
  new Function('require', 'registry', code)(require, registry);
  const text = await require('prom-client').register.metrics();
  assert.match(text, /^bonin_registry_calls\{operation="count",outcome="ok"\} 1$/m);
  await registry.close();
});
