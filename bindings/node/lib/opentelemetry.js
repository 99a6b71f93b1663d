'use strict';
// The numbers of clients and registries as OpenTelemetry metrics, and verifications as spans. Needs `@opentelemetry/api`;
// `require('bonin')` does not load this. Numbers are read when the meter's reader collects, and cost nothing during a call.

const { metrics, trace } = require('@opentelemetry/api');
const { PortOneV1, Verifier, version } = require('./index.cjs');
const { refuseType } = require('./errors.js');
const native = require('./native.js');
const { readOptions } = require('./options.js');
const portones = require('./portone.js');
const registries = require('./registry.js');
const { traceVerifications } = require('./spans.js');

const STATES = native.runtime.wordLists().circuit_state;
const just = (key) => (numbers) => [[numbers[key]]];

function* buckets({ latencyMs: { bounds, counts } }) {
  let below = 0;
  for (let i = 0; i < counts.length; i++) {
    below += counts[i];
    yield [below, { le: i < bounds.length ? String(bounds[i] / 1000) : '+Inf' }];
  }
}

const DURATIONS = {
  'call.duration.count': ({ latencyMs }) => [[latencyMs.count]],
  'call.duration.sum': ({ latencyMs }) => [[latencyMs.sum / 1000]],
  'call.duration.bucket': buckets,
};
const OF_CLIENTS = {
  calls: ({ calls }) => Object.entries(calls).map(([outcome, number]) => [number, { outcome }]),
  active_calls: just('callsUnderWay'),
  fail_fast: just('failFast'),
  attempts: just('attempts'),
  retries: just('retries'),
  retry_budget: just('retryBudget'),
  connections: just('connections'),
  'token.renewals': just('tokenRenewals'),
  'token.failures': just('tokenFailures'),
  'circuit.state': ({ circuit }) => STATES.map((state) => [Number(circuit === state), { state }]),
  'circuit.openings': just('circuitOpenings'),
  'log.dropped': just('logEventsDropped'),
  'clock.skew': ({ clockSkewMs }) => [[clockSkewMs / 1000]],
  ...DURATIONS,
};
const OF_REGISTRIES = {
  calls: ({ calls }) =>
    Object.entries(calls).flatMap(([operation, ends]) => Object.entries(ends).map(([outcome, number]) => [number, { operation, outcome }])),
  active_calls: just('callsUnderWay'),
  waiting: just('waiting'),
  transactions: just('transactions'),
  transaction_calls: just('transactionCalls'),
  retries: just('retries'),
  connections: just('connections'),
  ...DURATIONS,
};
const OF_VERIFIERS = {
  verifications: ({ decisions, errors }) => [
    ...Object.entries(decisions).flatMap(([provider, ends]) =>
      Object.entries(ends).map(([outcome, number]) => [number, { outcome, provider }]),
    ),
    ...Object.entries(errors).map(([outcome, number]) => [number, { outcome, provider: 'none' }]),
  ],
  denials: ({ denials }) =>
    Object.entries(denials).flatMap(([rule, reasons]) => Object.entries(reasons).map(([reason, number]) => [number, { rule, reason }])),
  'records.written': ({ records }) => [[records.written]],
  'records.waiting': ({ records }) => [[records.waiting]],
  'records.lost': ({ records }) => [[records.lost]],
};
/** What is counted of each kind, by the names of its instruments. */
const KINDS = {
  client: { read: OF_CLIENTS, isClosed: portones.isClosed },
  registry: { read: OF_REGISTRIES, isClosed: registries.isClosed },
  verifier: { read: OF_VERIFIERS, isClosed: ({ portone }) => portones.isClosed(portone) },
};
const CREATE = {
  counter: 'createObservableCounter',
  up_down_counter: 'createObservableUpDownCounter',
  gauge: 'createObservableGauge',
};

const METER = new Set(['meterProvider', 'attributes']);
const BOTH = new Set(['meterProvider', 'tracerProvider', 'attributes']);

/** Meter provider -> kind -> what is watched: instruments are made once, and read all that were given to the provider. */
const providers = new WeakMap();

/** What a callback reads. One that was closed is reported once more, and gone after that. */
function watch(meterProvider, kind) {
  const { read, isClosed } = KINDS[kind];
  const watched = new Set();
  const meter = meterProvider.getMeter('bonin', version);
  const instruments = native.runtime.instruments().filter(({ of }) => of === kind);
  const made = instruments.map(({ kind: type, name, unit, description }) =>
    meter[CREATE[type]](`bonin.${kind}.${name}`, { unit, description }),
  );
  meter.addBatchObservableCallback((result) => {
    for (const one of watched) {
      const thing = one.reference.deref();
      if (thing === undefined || isClosed(thing)) watched.delete(one);
      if (thing === undefined) continue;
      const numbers = thing.metrics();
      instruments.forEach(({ name }, i) => {
        for (const [value, more] of read[name](numbers)) result.observe(made[i], value, { ...one.common, ...more });
      });
    }
  }, made);
  return watched;
}

/**
 * Adds the numbers of a client, a registry or a verifier to the metrics of a meter provider, the global one unless given.
 * Two of one kind in one process (verifiers: with policies of one name) need different attributes. It is not kept alive by
 * this; one that is closed, a verifier with its client, or gone is forgotten.
 * A verifier: a span for each verification as well, by a tracer provider, the global one unless given.
 * @param {PortOne | Registry | Verifier} thing
 * @param {{meterProvider?: MeterProvider, tracerProvider?: TracerProvider, attributes?: Record<string, string>}} [options]
 *   `attributes` are added to each value or span
 */
function instrument(thing, options) {
  if (thing instanceof Verifier) {
    const { tracerProvider = trace.getTracerProvider(), meterProvider, attributes } = readOptions(options, BOTH);
    traceVerifications(thing, tracerProvider.getTracer('bonin', version), attributes);
    return count('verifier', thing, { ...ownOf(thing.portone), 'bonin.policy': thing.policy.name, ...attributes }, meterProvider);
  }
  const isClient = portones.handleOf(thing) !== undefined;
  if (!isClient && registries.handleOf(thing) === undefined) {
    throw refuseType(thing, 'a PortOneV1, a PortOneV2, a Registry or a Verifier', 'thing');
  }
  const { meterProvider, attributes } = readOptions(options, METER);
  count(isClient ? 'client' : 'registry', thing, { ...(isClient ? ownOf(thing) : {}), ...attributes }, meterProvider);
}

const ownOf = (portone) => ({ 'bonin.api': portone instanceof PortOneV1 ? 'v1' : 'v2' });

function count(kind, thing, common, meterProvider = metrics.getMeterProvider()) {
  if (!providers.has(meterProvider)) providers.set(meterProvider, {});
  const kinds = providers.get(meterProvider);
  kinds[kind] ??= watch(meterProvider, kind);
  for (const one of kinds[kind]) if (one.reference.deref() === undefined) kinds[kind].delete(one);
  kinds[kind].add({ reference: new WeakRef(thing), common });
}

module.exports = { instrument };
