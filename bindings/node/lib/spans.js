'use strict';
// Verifications as OpenTelemetry spans. No id, nothing personal, no secret and no word of PortOne's is in one.

const { AsyncLocalStorage } = require('node:async_hooks');
const { context, SpanStatusCode, trace } = require('@opentelemetry/api');
const { BoninError, Judged, PortOneV1 } = require('./index.cjs');
const { listenTo } = require('./portone.js');
const { traceBy } = require('./verifier.js');

const DEBUG = 0;
const heard = new WeakSet(); // clients whose events become events of spans
const spans = new AsyncLocalStorage(); // the span of the verification that an event is about

/** An attempt of a call, as an event of its verification's span. */
function hear({ name, fields }) {
  const span = spans.getStore();
  if (span === undefined || !name.startsWith('call.')) return;
  span.addEvent(`bonin.${name}`, fields);
}

/** One span for all of them. Their attempts are too many to be its events. */
function describeMany(span, { length, counts, stopped }) {
  span.setAttribute('bonin.ids', length);
  for (const [name, count] of Object.entries(counts)) span.setAttribute(`bonin.ids.${name}`, count);
  if (stopped) fail(span, stopped);
}

function describe(span, decision) {
  if (decision instanceof Judged) return describeMany(span, decision);
  span.setAttribute('bonin.outcome', decision.allowed ? 'allowed' : 'denied');
  if (decision.verification.provider) span.setAttribute('bonin.provider', decision.verification.provider);
  const reasons = decision.denials.map(({ code, reason }) => (reason ? `${code}:${reason}` : code));
  if (reasons.length > 0) span.setAttribute('bonin.reasons', reasons);
}

/** What a function of the application threw may hold anything: only its name is told, and of bonin's own errors the text. */
function fail(span, error) {
  const kind = error instanceof BoninError ? error.kind : 'error';
  const message = error instanceof BoninError ? error.message : undefined;
  span.setAttribute('bonin.outcome', kind);
  span.setAttribute('error.type', kind);
  if (error.attempts > 0) span.setAttribute('bonin.attempts', error.attempts);
  span.addEvent('exception', { 'exception.type': String(error?.name), ...(message && { 'exception.message': message }) });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function traceVerifications(verifier, tracer, attributes) {
  const { portone, policy } = verifier;
  const common = { 'bonin.api': portone instanceof PortOneV1 ? 'v1' : 'v2', 'bonin.policy': policy.name, ...attributes };
  traceBy(verifier, async (name, run) => {
    const span = tracer.startSpan(`bonin.${name}`, { attributes: common });
    try {
      const decision = await context.with(trace.setSpan(context.active(), span), () =>
        spans.run(name === 'verify_many' ? undefined : span, run),
      );
      describe(span, decision);
      return decision;
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
  if (heard.has(portone)) return;
  heard.add(portone);
  listenTo(portone, hear, DEBUG);
}

module.exports = { traceVerifications };
