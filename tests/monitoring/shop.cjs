'use strict';
// The same shop in Node: prints its port, verifies people of a sandbox with faults, ends with its input.

const http = require('node:http');
const { setTimeout: wait } = require('node:timers/promises');
const { PrometheusExporter } = require('@opentelemetry/exporter-prometheus');
const { MeterProvider } = require('@opentelemetry/sdk-metrics');
const { Policy, PortOneV1, PortOneV2, Registry, Sandbox, Verifier } = require('bonin');
const { instrument } = require('bonin/opentelemetry');

const ADULTS = { name: 'adults', rules: [{ age: { at_least: 19, by: 'year' } }] };
const SIGN_UP = { name: 'sign-up', rules: [{ age: { at_least: 14, by: 'full' } }, { account: 'new' }, { single_use: true }] };
const ROUNDS = 6_000; // it ends by itself after ten minutes

async function main() {
  process.stdin.on('end', () => process.exit(0)).resume();
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ readers: [exporter] });
  const server = http.createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sandbox = await Sandbox.start();
  const { impKey, impSecret, apiSecret, storeId } = sandbox;
  const v1 = new PortOneV1({ impKey, impSecret, baseUrl: sandbox.v1Url });
  const v2 = new PortOneV2({ apiSecret, storeId, baseUrl: sandbox.v2Url });
  const registry = new Registry('sqlite::memory:', { pepper: 'p'.repeat(32) });
  const adults = new Verifier(v1, new Policy(ADULTS), { records: () => {} });
  const signUp = new Verifier(v2, new Policy(SIGN_UP), { registry, records: () => {} });
  for (const one of [v1, v2, registry, adults, signUp]) instrument(one, { meterProvider });
  console.log(server.address().port);
  const attempt = (call) => call.catch(() => undefined);
  for (let number = 0; number < ROUNDS; number++) {
    await wait(100);
    await attempt(adults.verify(sandbox.verify('adult', { api: 'v1' })));
    await attempt(adults.verify(sandbox.verify('minor', { api: 'v1' })));
    const decision = await attempt(signUp.verify(sandbox.verify('adult'), { subject: `s${number}` }));
    if (decision?.reservation) {
      await decision.reservation.commit(`account-${number}`);
      await registry.release(`account-${number}`, { rejoinAfterMs: 0 });
    }
    await attempt(signUp.verify(sandbox.verify('test_channel'), { subject: `t${number}` }));
    await attempt(signUp.verify('iv-nobody', { subject: 'n' }));
    if (number % 10 === 5) {
      sandbox.fault('status', { status: 503, times: 1 });
      await attempt(adults.verify(sandbox.verify('adult', { api: 'v1' }), { timeoutMs: 1_000 }));
    }
    if (number % 60 === 30) {
      sandbox.fault('status', { status: 500, times: 40 });
      for (let i = 0; i < 12; i++) await attempt(v2.lookup(sandbox.verify('adult'), { timeoutMs: 500 }));
      sandbox.clearFaults();
    }
    await attempt(registry.ban({ accountId: 'nobody' }));
    await registry.count();
  }
  process.exit(0);
}

main();
