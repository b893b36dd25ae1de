import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

export interface Tracing {
  /** Sends what is recorded and not sent yet. Never fails: a collector that is away costs traces, and nothing else. */
  close(): Promise<void>;
}

/**
 * Sends this process's part of traces to an OpenTelemetry collector. What is recorded is decided where a trace begins, and
 * holds for all of it.
 * @param endpoint where the collector takes OTLP over HTTP, such as `http://collector:4318`
 * @param ratio the share of traces begun here that is recorded, from 0 to 1
 */
export function startTracing(service: string, endpoint: string, ratio: number): Tracing {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'kelp' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: new URL('/v1/traces', endpoint).href }))],
  });
  trace.setGlobalTracerProvider(provider);
  return { close: () => provider.shutdown().catch(() => undefined) };
}
