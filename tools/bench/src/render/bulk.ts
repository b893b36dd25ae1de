import type { RenderBatchRequest, RenderRequest, RenderResponse } from '@kelp/contract-template';
import { callStream } from '@kelp/rpc';
import type { Outcome } from '../bench.js';
import { inAlternation } from '../statistics.js';
import { recipient } from './order-email.js';
import { RenderingService } from './rendering-service.js';

const ROUNDS = 3;
const UNARY = 1_500;
const CALLS = 3_000;
const BATCH = 10_000;
const IN_FLIGHT = 64;
const MEASURE = 'renders';

/** Renders over gRPC with mutual TLS: one call each, a call stream, and one batch. */
export async function bulk(say: (text: string) => void): Promise<Outcome> {
  const service = await RenderingService.start(say);
  const { templates } = service;
  const measured = async (what: string, count: number, work: () => Promise<number>) => {
    const before = service.cpuUs();
    const bytes = await work();
    say(`${what}: ${count} renders, ${Math.round(bytes / 1e6)} MB`);
    return { [MEASURE]: (count / (service.cpuUs() - before)) * 1e6 };
  };
  try {
    const name = await service.published();
    const calls = callStream<RenderRequest, RenderResponse>({
      open: (requests, options) => templates.renderCalls(requests, options),
    });
    const requestFor = (index: number) => ({ name, data: recipient(index), strict: true, language: '' });
    const contestants = await inAlternation(ROUNDS, {
      'Render, one call each': () =>
        measured('unary', UNARY, () => inFlight(UNARY, (index) => templates.render(requestFor(index)))),
      'RenderCalls, one stream': () =>
        measured('calls', CALLS, () => inFlight(CALLS, (index) => calls.call(requestFor(index)))),
      RenderBatch: () =>
        measured('batch', BATCH, async () => {
          let bytes = 0;
          for await (const { results } of templates.renderBatch(recipients(name)))
            for (const { outcome } of results) if (outcome?.$case === 'message') bytes += outcome.value.html.length;
          return bytes;
        }),
    });
    await calls.close();
    return {
      title: 'over gRPC',
      measures: [{ name: MEASURE, unit: 'per CPU second' }],
      contestants,
      notes: [
        `CPU is that of caller and service together, mutual TLS included; ${IN_FLIGHT} calls in flight.`,
        'Target: a batch renders 3 times as much as single calls.',
      ],
    };
  } finally {
    await service.close();
  }
}

async function* recipients(name: string): AsyncGenerator<RenderBatchRequest> {
  yield { options: { name, strict: true, language: '' }, recipients: [] };
  for (let from = 0; from < BATCH; from += 100) {
    const some = Array.from({ length: 100 }, (_, offset) => ({
      id: String(from + offset),
      language: '',
      data: { $case: 'json' as const, value: JSON.stringify(recipient(from + offset)) },
    }));
    yield { options: undefined, recipients: some };
  }
}

/** Makes calls, some at a time, and counts what they give. */
async function inFlight(count: number, render: (index: number) => Promise<{ html: string }>): Promise<number> {
  let next = 0;
  let bytes = 0;
  const worker = async () => {
    while (next < count) bytes += (await render(next++)).html.length;
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return bytes;
}
