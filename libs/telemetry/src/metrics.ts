import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The process's metrics: what `/metrics` shows. */
const registry = new Registry();

/** From a millisecond to ten seconds: what calls and commits take. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** A number that only grows, such as `kelp_ingest_events_total`. */
export const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
  new Counter({ name, help, labelNames, registers: [registry] });

/** A number that goes up and down, such as `kelp_queue_depth`. */
export const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
  new Gauge({ name, help, labelNames, registers: [registry] });

/** How values are spread, in seconds unless `buckets` says otherwise. */
export const histogram = <L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  buckets: number[] = SECONDS,
): Histogram<L> => new Histogram({ name, help, labelNames, buckets, registers: [registry] });

let withDefaults = false;

/** All metrics in Prometheus' text format, with those of the process and the event loop. */
export async function metricsText(): Promise<{ contentType: string; body: string }> {
  if (!withDefaults) collectDefaultMetrics({ register: registry });
  withDefaults = true;
  return { contentType: registry.contentType, body: await registry.metrics() };
}
