'use strict';
// The numbers of clients and registries as OpenTelemetry metrics, and verifications as spans. Needs `@opentelemetry/api`;
// `require('bonin')` does not load this. Numbers are read when the meter's reader collects, and cost nothing during a call.

const { metrics, trace } = require('@opentelemetry/api');
const { PortOneV1, Verifier, version } = require('./index.cjs');
const { refuseType } = require('./errors.js');
const { readOptions } = require('./options.js');
const portones = require('./portone.js');
const registries = require('./registry.js');
const { traceVerifications } = require('./spans.js');

const STATES = ['closed', 'open', 'half_open'];
const just = (key) => (numbers) => [[numbers[key]]];

function* buckets({ latencyMs: { bounds, counts } }) {
  let below = 0;
  for (let i = 0; i < counts.length; i++) {
    below += counts[i];
    yield [below, { le: i < bounds.length ? String(bounds[i] / 1000) : '+Inf' }];
  }
}

/** What both have: the kind of the instrument, its name, its unit, what it is, and its values. */
const DURATIONS = [
  ['Counter', 'call.duration.count', '{call}', 'Calls that were timed.', ({ latencyMs }) => [[latencyMs.count]]],
  ['Counter', 'call.duration.sum', 's', 'Their time together.', ({ latencyMs }) => [[latencyMs.sum / 1000]]],
  ['Counter', 'call.duration.bucket', '{call}', 'Those that took at most `le` seconds.', buckets],
];
const OF_CLIENTS = [
  [
    'Counter',
    'calls',
    '{call}',
    'Calls that ended, by outcome: ok, or the kind of the error.',
    ({ calls }) => Object.entries(calls).map(([outcome, number]) => [number, { outcome }]),
  ],
  ['UpDownCounter', 'active_calls', '{call}', 'Calls under way.', just('callsUnderWay')],
  ['Counter', 'fail_fast', '{call}', 'Calls that the open circuit refused.', just('failFast')],
  ['Counter', 'attempts', '{request}', 'Requests sent for calls.', just('attempts')],
  ['Counter', 'retries', '{request}', 'Attempts after the first.', just('retries')],
  ['Gauge', 'retry_budget', '{point}', 'What is left of the retry budget of 500.', just('retryBudget')],
  ['Counter', 'connections', '{connection}', 'Connections opened.', just('connections')],
  ['Counter', 'token.renewals', '{renewal}', 'Access tokens received.', just('tokenRenewals')],
  ['Counter', 'token.failures', '{renewal}', 'Token requests that failed.', just('tokenFailures')],
  [
    'Gauge',
    'circuit.state',
    '{state}',
    '1 for the state that the circuit is in, 0 for the others.',
    ({ circuit }) => STATES.map((state) => [Number(circuit === state), { state }]),
  ],
  ['Counter', 'circuit.openings', '{opening}', 'How often the circuit opened.', just('circuitOpenings')],
  ['Counter', 'log.dropped', '{event}', 'Log events for which there was no room.', just('logEventsDropped')],
  ['Gauge', 'clock.skew', 's', "PortOne's clock minus this machine's.", ({ clockSkewMs }) => [[clockSkewMs / 1000]]],
  ...DURATIONS,
];
const OF_REGISTRIES = [
  [
    'Counter',
    'calls',
    '{call}',
    'Calls that ended, by operation and outcome: ok, or the kind of the error.',
    ({ calls }) =>
      Object.entries(calls).flatMap(([operation, ends]) =>
        Object.entries(ends).map(([outcome, number]) => [number, { operation, outcome }]),
      ),
  ],
  ['UpDownCounter', 'active_calls', '{call}', 'Calls under way.', just('callsUnderWay')],
  ['UpDownCounter', 'waiting', '{call}', 'Calls that wait for a transaction to begin.', just('waiting')],
  ['Counter', 'transactions', '{transaction}', 'Transactions that ended.', just('transactions')],
  ['Counter', 'transaction_calls', '{call}', 'Calls in them.', just('transactionCalls')],
  ['Counter', 'retries', '{transaction}', 'Transactions that were tried again.', just('retries')],
  ['Counter', 'connections', '{connection}', 'Connections opened.', just('connections')],
  ...DURATIONS,
];
const OF_VERIFIERS = [
  [
    'Counter',
    'verifications',
    '{verification}',
    'Verifications that ended, by outcome: allowed, denied, or the kind of the error; and by provider.',
    ({ decisions, errors }) => [
      ...Object.entries(decisions).flatMap(([provider, ends]) =>
        Object.entries(ends).map(([outcome, number]) => [number, { outcome, provider }]),
      ),
      ...Object.entries(errors).map(([outcome, number]) => [number, { outcome, provider: 'none' }]),
    ],
  ],
  [
    'Counter',
    'denials',
    '{denial}',
    'Rules that did not pass in denied decisions, by rule and reason.',
    ({ denials }) =>
      Object.entries(denials).flatMap(([rule, reasons]) => Object.entries(reasons).map(([reason, number]) => [number, { rule, reason }])),
  ],
  ['Counter', 'records.written', '{record}', 'Records of decisions that were written.', ({ records }) => [[records.written]]],
  ['UpDownCounter', 'records.waiting', '{record}', 'Those that wait to be written.', ({ records }) => [[records.waiting]]],
  ['Counter', 'records.lost', '{record}', 'Those that could not be written.', ({ records }) => [[records.lost]]],
];
const KINDS = {
  client: { instruments: OF_CLIENTS, isClosed: portones.isClosed },
  registry: { instruments: OF_REGISTRIES, isClosed: registries.isClosed },
  verifier: { instruments: OF_VERIFIERS, isClosed: ({ portone }) => portones.isClosed(portone) },
};

const METER = new Set(['meterProvider', 'attributes']);
const BOTH = new Set(['meterProvider', 'tracerProvider', 'attributes']);

/** Meter provider -> kind -> what is watched: instruments are made once, and read all that were given to the provider. */
const providers = new WeakMap();

/** What a callback reads. One that was closed is reported once more, and gone after that. */
function watch(meterProvider, kind) {
  const { instruments, isClosed } = KINDS[kind];
  const watched = new Set();
  const meter = meterProvider.getMeter('bonin', version);
  const made = instruments.map(([type, name, unit, description]) =>
    meter[`createObservable${type}`](`bonin.${kind}.${name}`, { unit, description }),
  );
  meter.addBatchObservableCallback((result) => {
    for (const one of watched) {
      const thing = one.reference.deref();
      if (thing === undefined || isClosed(thing)) watched.delete(one);
      if (thing === undefined) continue;
      const numbers = thing.metrics();
      instruments.forEach(([, , , , values], i) => {
        for (const [value, more] of values(numbers)) result.observe(made[i], value, { ...one.common, ...more });
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
