import { Code } from '@kelp/status';
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { fromServiceError } from './status/from-wire.js';

export { SpanKind };

/** A piece of work in a trace. */
export interface TracedWork {
  /** What further work belongs under: W3C trace context. As it came in, where nothing is recorded. */
  readonly traceparent: string | undefined;
  /** Ends it, well or with what it failed with. Only the first end counts. */
  end(thrown?: unknown): void;
}

const tracer = trace.getTracer('@kelp/rpc');

// Source: https://www.w3.org/TR/trace-context/#traceparent-header
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

function parse(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

const format = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')}`;

/** Whether somebody records this trace: only then is it worth the bytes beside single items. */
export const isSampled = (traceparent: string | undefined): traceparent is string =>
  ((parse(traceparent)?.traceFlags ?? 0) & TraceFlags.SAMPLED) !== 0;

const ignore = () => undefined;

const parentOf = (traceparent: string | undefined): Context => {
  const parent = parse(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
};

/**
 * Begins a piece of work in the trace that it belongs to. Costs next to nothing where no tracing is set up, which is
 * OpenTelemetry's own default.
 * @param links the traces of the items that are worked on together
 */
export function traced(
  name: string,
  kind: SpanKind,
  traceparent: string | undefined,
  attributes: Attributes = {},
  links: readonly string[] = [],
): TracedWork {
  const linked =
    links.length === 0
      ? undefined
      : links.flatMap((link): Link[] => {
          const context = parse(link);
          return context ? [{ context }] : [];
        });
  const span = tracer.startSpan(name, { kind, attributes, ...(linked && { links: linked }) }, parentOf(traceparent));
  if (!span.isRecording()) return { traceparent, end: ignore };
  return {
    traceparent: format(span.spanContext()),
    end: (thrown) => {
      if (!span.isRecording()) return;
      if (thrown !== undefined) {
        const { code, message } = fromServiceError(thrown);
        span.setAttribute('rpc.grpc.status_code', code);
        // A caller who gave up is no error of ours.
        if (code !== Code.CANCELLED) span.setStatus({ code: SpanStatusCode.ERROR, message });
      }
      span.end();
    },
  };
}
