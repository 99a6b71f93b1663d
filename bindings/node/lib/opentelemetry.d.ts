import type { MeterProvider } from '@opentelemetry/api';
import type { PortOneV1, PortOneV2 } from './index.cjs';

/**
 * Adds a client to the metrics of a meter provider, the global one unless given. `attributes` are added to each value,
 * besides `bonin.api`: two clients of one API in one process need different ones. The client is not kept alive by this.
 */
export function instrument(
  portone: PortOneV1 | PortOneV2,
  options?: { meterProvider?: MeterProvider; attributes?: Record<string, string> },
): void;
