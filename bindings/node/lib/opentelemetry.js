'use strict';
// The numbers of a client as OpenTelemetry metrics. Needs `@opentelemetry/api`; `require('bonin')` does not load this.
// They are read when the meter's reader collects, and cost nothing during a call.

const { metrics } = require('@opentelemetry/api');
const { PortOneV1, version } = require('./index.cjs');
const { refuseType } = require('./errors.js');
const { readOptions } = require('./options.js');
const { handleOf, isClosed } = require('./portone.js');

const STATES = ['closed', 'open', 'half_open'];
const just = (key) => (numbers) => [[numbers[key]]];

function* buckets({ latencyMs: { bounds, counts } }) {
  let below = 0;
  for (let i = 0; i < counts.length; i++) {
    below += counts[i];
    yield [below, { le: i < bounds.length ? String(bounds[i] / 1000) : '+Inf' }];
  }
}

/** What makes the instrument, its name behind `bonin.client.`, its unit, what it is, and its values. */
const INSTRUMENTS = [
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
  ['Gauge', 'retry_budget', '1', 'What is left of the retry budget of 500.', just('retryBudget')],
  ['Counter', 'connections', '{connection}', 'Connections opened.', just('connections')],
  ['Counter', 'token.renewals', '{renewal}', 'Access tokens received.', just('tokenRenewals')],
  ['Counter', 'token.failures', '{renewal}', 'Token requests that failed.', just('tokenFailures')],
  [
    'Gauge',
    'circuit.state',
    '1',
    '1 for the state that the circuit is in, 0 for the others.',
    ({ circuit }) => STATES.map((state) => [Number(circuit === state), { state }]),
  ],
  ['Counter', 'circuit.openings', '{opening}', 'How often the circuit opened.', just('circuitOpenings')],
  ['Counter', 'log.dropped', '{event}', 'Log events for which there was no room.', just('logEventsDropped')],
  ['Gauge', 'clock.skew', 's', "PortOne's clock minus this machine's.", ({ clockSkewMs }) => [[clockSkewMs / 1000]]],
  ['Counter', 'call.duration.count', '{call}', 'Calls that were timed.', ({ latencyMs }) => [[latencyMs.count]]],
  ['Counter', 'call.duration.sum', 's', 'Their time together.', ({ latencyMs }) => [[latencyMs.sum / 1000]]],
  ['Counter', 'call.duration.bucket', '{call}', 'Those that took at most `le` seconds.', buckets],
];

const OPTIONS = new Set(['meterProvider', 'attributes']);

/** Meter provider -> its clients: instruments are made once a provider, and read all that were given to it. */
const providers = new WeakMap();

/** The clients of a provider, which a callback reads. One that was closed is reported once more, and gone after that. */
function watch(meterProvider) {
  const watched = new Set();
  const meter = meterProvider.getMeter('bonin', version);
  const instruments = INSTRUMENTS.map(([kind, name, unit, description]) =>
    meter[`createObservable${kind}`](`bonin.client.${name}`, { unit, description }),
  );
  meter.addBatchObservableCallback((result) => {
    for (const one of watched) {
      const portone = one.reference.deref();
      if (portone === undefined || isClosed(portone)) watched.delete(one);
      if (portone === undefined) continue;
      const numbers = portone.metrics();
      INSTRUMENTS.forEach(([, , , , values], i) => {
        for (const [value, more] of values(numbers)) result.observe(instruments[i], value, { ...one.common, ...more });
      });
    }
  }, instruments);
  return watched;
}

/**
 * Adds a client to the metrics of a meter provider, the global one unless given. Two clients of one API in one process
 * need different attributes. The client is not kept alive by this; one that is closed or gone is forgotten.
 * @param {PortOne} portone
 * @param {{meterProvider?: MeterProvider, attributes?: Record<string, string>}} [options] `attributes` are added to each
 *   value, besides `bonin.api`
 */
function instrument(portone, options) {
  if (handleOf(portone) === undefined) throw refuseType(portone, 'a PortOneV1 or a PortOneV2', 'portone');
  const { meterProvider = metrics.getMeterProvider(), attributes } = readOptions(options, OPTIONS);
  if (!providers.has(meterProvider)) providers.set(meterProvider, watch(meterProvider));
  const watched = providers.get(meterProvider);
  for (const one of watched) if (one.reference.deref() === undefined) watched.delete(one);
  const common = { 'bonin.api': portone instanceof PortOneV1 ? 'v1' : 'v2', ...attributes };
  watched.add({ reference: new WeakRef(portone), common });
}

module.exports = { instrument };
