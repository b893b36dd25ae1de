import { clientsOf, type Demo, run } from '@kelp/demo';
import type { Stack } from '@kelp/stack';
import type { SigningKey } from '@kelp/webhook-samples';

/**
 * Posts events as fast as they are taken.
 * @returns events posted a second until the last answer, and events kept a second until the last one can be queried
 * @throws where they were not all counted, each once: a wrong result has no speed
 */
export async function throughput(stack: Stack, demo: Demo, key: SigningKey, events: number) {
  const result = await run({ clients: clientsOf(stack), demo, key, webhooksUrl: stack.webhooksUrl, events });
  if (result.mismatches.length > 0) throw new Error(`Wrong counts: ${JSON.stringify(result.mismatches)}`);
  const kept = result.expected.reduce((total, { count }) => total + count, 0);
  return { posted: (events / result.postedMs) * 1000, stored: (kept / result.storedMs) * 1000 };
}
