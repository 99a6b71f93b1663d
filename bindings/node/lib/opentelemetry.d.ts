import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { PortOneV1, PortOneV2, Registry, Verifier } from './index.cjs';

/**
 * Adds a client or a registry to the metrics of a meter provider, the global one unless given. `attributes` are added to
 * each value, besides `bonin.api` of a client: two of one kind in one process need different ones. It is not kept alive
 * by this.
 */
export function instrument(
  thing: PortOneV1 | PortOneV2 | Registry,
  options?: { meterProvider?: MeterProvider; attributes?: Record<string, string> },
): void;
/**
 * Adds the decisions of a verifier to the metrics, and a span for each verification, `bonin.verify` or `bonin.confirm_otp`,
 * below the caller's own. `attributes` are added to each value and span, besides `bonin.api` and `bonin.policy`.
 */
export function instrument(
  verifier: Verifier,
  options?: { meterProvider?: MeterProvider; tracerProvider?: TracerProvider; attributes?: Record<string, string> },
): void;
