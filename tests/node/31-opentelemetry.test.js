'use strict';
// The numbers of a client as OpenTelemetry metrics.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { clientOf, serve } = require('./support.js');
const { instrument } = require('bonin/opentelemetry');

async function points(meterProvider, exporter) {
  exporter.reset();
  await meterProvider.forceFlush();
  const found = new Map();
  for (const { scopeMetrics } of exporter.getMetrics()) {
    for (const { descriptor, dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      for (const { attributes, value } of dataPoints) {
        const sorted = Object.entries(attributes).sort().map(([key, text]) => `${key}=${text}`);
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
    'active_calls', 'attempts', 'call.duration.bucket', 'call.duration.count', 'call.duration.sum', 'calls',
    'circuit.openings', 'circuit.state', 'clock.skew', 'connections', 'fail_fast', 'log.dropped', 'retries', 'retry_budget',
    'token.failures', 'token.renewals',
  ]);
  v1.close();
  v2.close();
});
