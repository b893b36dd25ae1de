import { collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { Counter } from './counter.js';
import { Histogram } from './histogram.js';

/** The process's metrics: what `/metrics` shows. */
const registry = new Registry();

/** From a millisecond to ten seconds: what calls and commits take. */
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** A number that only grows, such as `kelp_ingest_events_total`. */
export const counter = <L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Counter<L> => registered(new Counter(name, help, labelNames));

/** A number that goes up and down, such as `kelp_queue_depth`. */
export const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
  new Gauge({ name, help, labelNames, registers: [registry] });

/** How values are spread, in seconds unless `buckets` says otherwise. */
export const histogram = <L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  buckets: readonly number[] = SECONDS,
): Histogram<L> => registered(new Histogram(name, help, labelNames, buckets));

/** The registry's types know prom-client's own metrics alone; what it calls is `get`. */
function registered<M extends { get(): Promise<unknown> }>(metric: M): M {
  registry.registerMetric(metric as unknown as Metric);
  return metric;
}

let withDefaults = false;

/** All metrics in Prometheus' text format, with those of the process and the event loop. */
export async function metricsText(): Promise<{ contentType: string; body: string }> {
  if (!withDefaults) collectDefaultMetrics({ register: registry });
  withDefaults = true;
  return { contentType: registry.contentType, body: await registry.metrics() };
}
