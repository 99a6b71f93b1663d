'use strict';
// Verifications as OpenTelemetry spans, and the numbers of a registry, with the real SDK in memory.
const assert = require('node:assert/strict');
const { after, before, beforeEach, test } = require('node:test');
const { trace, context, SpanStatusCode } = require('@opentelemetry/api');
const sdk = require('@opentelemetry/sdk-trace');
const { bonin } = require('./support.js');
const { instrument } = require('bonin/opentelemetry');

const { PortOneV1, PortOneV2, Policy, Registry, Verifier } = bonin;
const ADULT = Policy.preset('kr.youth_protection');
let sandbox;
before(async () => (sandbox = await bonin.Sandbox.start()));
beforeEach(() => sandbox.reset());
after(() => sandbox.close());

const v2 = (options) => new PortOneV2({ apiSecret: sandbox.apiSecret, storeId: sandbox.storeId, baseUrl: sandbox.v2Url, ...options });

function tracing() {
  const exporter = new sdk.InMemorySpanExporter();
  const tracerProvider = new sdk.TracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor({ exporter })] });
  return { exporter, tracerProvider };
}
const failed = (promise) =>
  promise.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );

test('a span tells how a verification ended, and of nobody', async () => {
  const { exporter, tracerProvider } = tracing();
  const portone = v2();
  const verifier = new Verifier(portone, ADULT);
  instrument(verifier, { tracerProvider, attributes: { shop: 'a' } });
  const adult = sandbox.verify('adult');
  const minor = sandbox.verify('minor');
  assert.equal((await verifier.verify(adult, { subject: 'canary-subject' })).allowed, true);
  await verifier.verify(minor);
  assert.equal((await failed(verifier.require(minor))).kind, 'denied');
  sandbox.fault('status', { status: 503 });
  await verifier.verify(adult);
  await failed(verifier.verify('canary-nobody'));
  await failed(verifier.verify('..'));

  const spans = exporter.getFinishedSpans();
  const common = { 'bonin.api': 'v2', 'bonin.policy': 'kr.youth_protection', shop: 'a' };
  const seen = { ...common, 'bonin.outcome': 'allowed', 'bonin.provider': 'DANAL' };
  const denied = { ...seen, 'bonin.outcome': 'denied', 'bonin.reasons': ['age:too_young'] };
  assert.deepEqual(
    spans.map(({ name, attributes }) => [name, { ...attributes }]),
    [
      ['bonin.verify', seen],
      ['bonin.verify', denied],
      ['bonin.verify', denied],
      ['bonin.verify', seen],
      ['bonin.verify', { ...common, 'bonin.outcome': 'not_found', 'error.type': 'not_found', 'bonin.attempts': 1 }],
      ['bonin.verify', { ...common, 'bonin.outcome': 'invalid_id', 'error.type': 'invalid_id' }],
    ],
  );
  assert.deepEqual(
    spans.map(({ status }) => status.code === SpanStatusCode.ERROR),
    [false, false, false, false, true, true],
    'a denial is an answer',
  );
  assert.deepEqual(
    spans.map(({ events }) => events.map(({ name }) => name)),
    [
      ['bonin.call.succeeded'],
      ['bonin.call.succeeded'],
      ['bonin.call.succeeded'],
      ['bonin.call.retry', 'bonin.call.succeeded'],
      ['bonin.call.failed', 'exception'],
      ['exception'],
    ],
  );
  const text = JSON.stringify(spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status })));
  for (const canary of ['canary', adult, minor, sandbox.apiSecret]) assert.ok(!text.includes(canary), canary);
  portone.close();
});

test('a span stands below that of the caller, and what an own store does below it', async () => {
  const { AsyncLocalStorage } = require('node:async_hooks');
  const storage = new AsyncLocalStorage();
  // What an application's own SDK for Node registers.
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? require('@opentelemetry/api').ROOT_CONTEXT,
    with: (ctx, run, self, ...args) => storage.run(ctx, () => run.apply(self, args)),
    bind: (_context, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  try {
    const { exporter, tracerProvider } = tracing();
    const tracer = tracerProvider.getTracer('shop');
    const ownStore = {
      find() {
        tracer.startSpan('SELECT').end();
      },
      claim: () => 'created',
    };
    const registry = new Registry(undefined, { pepper: 'k'.repeat(32), ownStore });
    const portone = v2();
    const verifier = new Verifier(portone, new Policy({ name: 'new', rules: [{ account: 'new' }] }), { registry });
    instrument(verifier, { tracerProvider });
    await tracer.startActiveSpan('POST /identity', async (span) => {
      await verifier.verify(sandbox.verify('adult'), { subject: 's' });
      span.end();
    });
    const [select, verify, request] = exporter.getFinishedSpans();
    assert.deepEqual([select.name, verify.name, request.name], ['SELECT', 'bonin.verify', 'POST /identity']);
    assert.equal(verify.parentSpanContext.spanId, request.spanContext().spanId);
    assert.equal(select.parentSpanContext.spanId, verify.spanContext().spanId);
    assert.equal(trace.getActiveSpan(), undefined);
    await registry.close();
    portone.close();
  } finally {
    context.disable();
  }
});

test('what a function of the application throws is not told', async () => {
  const { exporter, tracerProvider } = tracing();
  const ownStore = {
    find() {
      throw new Error('canary 홍길동');
    },
    claim: () => 'created',
  };
  const registry = new Registry(undefined, { pepper: 'k'.repeat(32), ownStore });
  const portone = v2({ onLog: () => {} });
  const verifier = new Verifier(portone, new Policy({ name: 'new', rules: [{ account: 'new' }] }), { registry });
  instrument(verifier, { tracerProvider });
  instrument(verifier, { tracerProvider });
  const error = await failed(verifier.verify(sandbox.verify('adult'), { subject: 's' }));
  assert.match(error.cause.message, /canary/, 'the canary is there');
  const spans = exporter.getFinishedSpans();
  assert.equal(spans.length, 1, 'said twice, it is one');
  const { attributes, events, status } = spans[0];
  assert.equal(attributes['bonin.outcome'], 'store_failed');
  assert.doesNotMatch(JSON.stringify([attributes, events, status]), /canary|홍길동/);
  await registry.close();
  portone.close();
});

test('many at once have the events of their own calls', async () => {
  const { exporter, tracerProvider } = tracing();
  const other = v2();
  const portone = new PortOneV1({ impKey: sandbox.impKey, impSecret: sandbox.impSecret, baseUrl: sandbox.v1Url, v2: other });
  const verifier = new Verifier(portone, ADULT);
  instrument(verifier, { tracerProvider });
  const id = sandbox.verify('adult', { api: 'v1' });
  await Promise.all(Array.from({ length: 50 }, () => verifier.verify(id)));
  for (const { events } of exporter.getFinishedSpans()) {
    assert.deepEqual(
      events.map(({ attributes }) => attributes.request.split(' ')[1]),
      ['/certifications/{imp_uid}', '/identity-verifications/{id}'],
    );
  }
  assert.equal(exporter.getFinishedSpans().length, 50);
  portone.close();
  other.close();
});

test('many ids have one span', async () => {
  const { exporter, tracerProvider } = tracing();
  const verifier = new Verifier(v2(), ADULT);
  instrument(verifier, { tracerProvider });
  await verifier.verifyMany([sandbox.verify('adult'), sandbox.verify('minor'), 'canary-nobody']);
  await verifier.verifyMany(Array(1000).fill(sandbox.verify('adult')), { atOnce: 2, progress: () => false });
  const [whole, stopped] = exporter.getFinishedSpans();
  const counts = { 'bonin.ids': 3, 'bonin.ids.allowed': 1, 'bonin.ids.denied': 1, 'bonin.ids.failed': 1, 'bonin.ids.left': 0 };
  assert.equal(whole.name, 'bonin.verify_many');
  assert.deepEqual({ ...whole.attributes }, { 'bonin.api': 'v2', 'bonin.policy': 'kr.youth_protection', ...counts });
  assert.deepEqual(whole.events, []);
  assert.equal(stopped.attributes['bonin.outcome'], 'cancelled');
  assert.equal(stopped.status.code, SpanStatusCode.ERROR);
  assert.doesNotMatch(JSON.stringify([whole.attributes, stopped.attributes]), /canary/);
});
