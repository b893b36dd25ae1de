import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@kelp/contract-ingest';
import { eventually } from '@kelp/testing';
import { Expectation, type SigningKey, sendgridTraffic } from '@kelp/webhook-samples';
import type { Clients } from './clients.js';
import { added, type Count, countsOf, type Mismatch, mismatches, sum } from './counts.js';
import { post } from './post.js';
import type { Demo } from './seed.js';
import { type Progress, Watch } from './watch.js';

export interface RunOptions {
  clients: Clients;
  demo: Demo;
  key: SigningKey;
  /** The address of `ingest`, such as `http://127.0.0.1:8080`. */
  webhooksUrl: string;
  /** How many events to post. */
  events: number;
  /** Hears how it goes on, several times a second. */
  onProgress?(progress: Progress): void;
  /** Hears of what was not answered with 200, and is posted again. */
  onRefused?(problem: string): void;
  /** How long to wait for what was answered to be counted, in milliseconds: 60,000. */
  patienceMs?: number;
  signal?: AbortSignal;
}

/** The services do not get ready for a run, or do not end it. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

export interface RunResult {
  /** What the traffic's maker says should be kept. */
  expected: Count[];
  /** What this run added to the counts. */
  counted: Count[];
  /** The counts now, with those of earlier runs. */
  inAll: Count[];
  mismatches: Mismatch[];
  progress: Progress;
  /** From the first request to the last answer, and to the last event in the store, in milliseconds. */
  postedMs: number;
  storedMs: number;
}

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/** Posts fresh traffic, and compares what comes out at the end with what should. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { clients, demo, key, webhooksUrl, events, patienceMs = PATIENCE_MS, signal } = options;
  const start = await quietStart(clients, demo);
  const before = await countsOf(clients.analytics, demo.organization);
  const expectation = new Expectation({
    acceptedTypes: demo.acceptedTypes,
    knownTemplates: demo.templates.map(({ id }) => id),
  });
  const watch = new Watch(clients, demo, start, sum(before));
  const watching = watch.follow(() => expectation.received, options.onProgress);
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  try {
    await post({
      url: webhooksUrl + demo.webhookPath,
      key,
      batches: sendgridTraffic({ seed: randomInt(2 ** 31), runId: randomUUID(), events, templates: demo.templates }),
      onAccepted: ({ samples }) => expectation.add(samples),
      onRefused: options.onRefused,
      signal,
    });
    const postedMs = elapsed();
    const expected = expectation.counts();
    const inAll = await settled(clients, demo, sum(before) + sum(expected), patienceMs, signal);
    const storedMs = elapsed();
    const counted = added(before, inAll);
    const progress = await watching.stop();
    return { expected, counted, inAll, mismatches: mismatches(expected, counted), progress, postedMs, storedMs };
  } finally {
    await watching.stop();
  }
}

/** Waits until `ingest` knows what the demo has, and nothing of earlier traffic is under way any more. */
const quietStart = ({ ingest }: Clients, { templates }: Demo): Promise<Report> =>
  eventually(
    async () => {
      const report = await ingest.getReport({});
      if (report.connectionsKnown === 0n || report.templatesKnown < BigInt(templates.length))
        throw new RunFailed('ingest does not know the demo organization yet.');
      if (report.queueDepth > 0n) throw new RunFailed('Earlier traffic is still on its way.');
      return report;
    },
    { timeoutMs: PATIENCE_MS },
  );

/**
 * The counts, as soon as they are as many as they should be and nothing more is on its way; or after long enough, as they
 * are.
 */
async function settled(
  { analytics, ingest }: Clients,
  { organization }: Demo,
  total: number,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<Count[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    // Either may be away for a moment.
    const queueDepth = await ingest.getReport({}).then(
      (report) => report.queueDepth,
      () => undefined,
    );
    const counts = await countsOf(analytics, organization).catch(() => undefined);
    const isDone = counts && sum(counts) >= total && queueDepth === 0n;
    if (counts && (isDone || performance.now() > deadline)) return counts;
    if (performance.now() > deadline + patienceMs) throw new RunFailed('analytics does not answer.');
    await sleep(POLL_MS, undefined, { signal });
  }
}
