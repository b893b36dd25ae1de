import { clientsOf, countsOf, type Demo, post, sum } from '@kelp/demo';
import type { Stack } from '@kelp/stack';
import { type SigningKey, sendgridBody, sendgridEvent } from '@kelp/webhook-samples';

/** How long single events take from the webhook until a query counts them, in milliseconds. */
export async function latencies(stack: Stack, demo: Demo, key: SigningKey, probes: number): Promise<number[]> {
  const { analytics } = clientsOf(stack);
  const [template] = demo.templates;
  const custom = { kelp_template: template?.id, kelp_version: template?.versions.at(-1) };
  const measured: number[] = [];
  for (let probe = 0; probe < probes; probe++) {
    const before = sum(await countsOf(analytics, demo.organization));
    const body = sendgridBody([sendgridEvent('open', custom)]);
    const startedAt = performance.now();
    await post({
      url: stack.webhooksUrl + demo.webhookPath,
      key,
      batches: [{ body, samples: [] }],
      onAccepted: () => {},
    });
    while (sum(await countsOf(analytics, demo.organization)) === before);
    measured.push(performance.now() - startedAt);
  }
  return measured;
}
