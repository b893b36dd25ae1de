import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientsOf, type Demo, seed } from '@kelp/demo';
import { freePorts, hasNats, type Nats, Stack, startNats } from '@kelp/stack';
import { type SigningKey, signingKey } from '@kelp/webhook-samples';
import type { Bench } from '../bench.js';
import { quantile } from '../statistics.js';
import { latencies } from './latencies.js';
import { throughput } from './throughput.js';

const WARM_UP_EVENTS = 20_000;
const EVENTS = 200_000;
const PROBES = 300;

type Queue = 'embedded queue' | 'NATS JetStream';

/** The whole of Kelp, from the webhook to the answer, in separate processes on this machine. */
export const pipeline: Bench = {
  name: 'pipeline',
  what: `from the webhook to the answer: ${EVENTS.toLocaleString('en-US')} events of which about 5 % are kept`,
  run: async (say) => {
    const contestants = [await measured('embedded queue', say)];
    if (hasNats()) contestants.push(await measured('NATS JetStream', say));
    return {
      measures: [
        { name: 'posted', unit: 'events/s' },
        { name: 'kept and stored', unit: 'events/s' },
        { name: 'webhook to queryable, p50', unit: 'ms' },
        { name: 'p99', unit: 'ms' },
      ],
      contestants,
      notes: [
        'PostgreSQL commits durably. The sender, which signs what it posts, shares the machine with everything else.',
        `Queryable: ${PROBES} single events, one after another, on an idle system, each asked for until it is counted.`,
      ],
    };
  },
};

async function measured(queue: Queue, say: (text: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-bench-'));
  const { postgres: natsPort } = await freePorts();
  let nats: Nats | undefined;
  let stack: Stack | undefined;
  try {
    if (queue === 'NATS JetStream') nats = await startNats(join(folder, 'nats'), natsPort);
    say(`${queue}: starting`);
    stack = await Stack.start({
      folder,
      ports: await freePorts(),
      env: { ...process.env, LOG_LEVEL: 'warn' },
      queueUrl: nats?.url ?? '',
      onTrouble: say,
    });
    const key = signingKey();
    return { name: queue, values: await measure(stack, await seed(clientsOf(stack), key), key, queue, say) };
  } finally {
    await stack?.stop();
    await nats?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(stack: Stack, demo: Demo, key: SigningKey, queue: Queue, say: (text: string) => void) {
  say(`${queue}: warming up`);
  await throughput(stack, demo, key, WARM_UP_EVENTS);
  say(`${queue}: posting`);
  const { posted, stored } = await throughput(stack, demo, key, EVENTS);
  say(`${queue}: probing`);
  const probes = await latencies(stack, demo, key, PROBES);
  return {
    posted,
    'kept and stored': stored,
    'webhook to queryable, p50': quantile(probes, 0.5),
    p99: quantile(probes, 0.99),
  };
}
