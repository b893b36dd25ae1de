import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from '@kelp/demo';
import { eventually } from '@kelp/testing';
import { temporaryStack } from './temporary-stack.js';

interface Span {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<Span, 'service'>[] }[];
  }[];
}

/** An OpenTelemetry collector that keeps what it gets. */
async function startCollector() {
  const spans: Span[] = [];
  const take = ({ resourceSpans }: Export) => {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      spans.push(...scopeSpans.flatMap((scope) => scope.spans).map((span) => ({ ...span, service })));
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      take(JSON.parse(Buffer.concat(chunks).toString()) as Export);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { spans, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

it('follows an event in one trace from its webhook through the queue to its commit', async () => {
  const collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '1' };
  const kelp = await temporaryStack({ env });
  try {
    await run({ ...kelp, events: 2_000 });
    const find = (name: string, parent?: Span) =>
      collector.spans.filter((span) => span.name.startsWith(name) && (!parent || span.parentSpanId === parent.spanId));
    await eventually(
      () => {
        const whole = find('webhook').flatMap((webhook) =>
          find('forward', webhook).flatMap((forward) =>
            find('commit', forward).map((commit) => [webhook, forward, commit]),
          ),
        );
        expect(whole[0]?.map(({ service }) => service)).toEqual(['ingest', 'ingest', 'analytics']);
        expect(new Set(whole[0]?.map(({ traceId }) => traceId)).size).toBe(1);
      },
      { timeoutMs: 30_000 },
    );
    // What is recorded leaves the house: no addresses of people in it.
    expect(JSON.stringify(collector.spans)).not.toContain('@');
  } finally {
    await kelp.stop();
    collector.close();
  }
}, 180_000);
