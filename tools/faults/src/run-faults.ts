import { clientsOf, run, seed } from '@kelp/demo';
import { signingKey } from '@kelp/webhook-samples';
import type { Fault } from './fault.js';
import { Nemesis } from './nemesis.js';
import { Random } from './random.js';
import { heldIn } from './store.js';
import { startWorld } from './world.js';

export interface FaultsOptions {
  readonly seed: number;
  /** It ends with the first round that ends after so long, */
  readonly minutes: number;
  /** and after so many kinds of faults have struck: none. */
  readonly kindsAtLeast?: number;
  /** How many events a round posts: 150,000. After each everything has to be in its place. */
  readonly eventsPerRound?: number;
  readonly queueUrl?: string;
  /** Which faults strike: all. */
  readonly faults?: readonly Fault[];
  /** Hears of each fault, and of each round. */
  onSaid?(sentence: string): void;
}

export interface Verdict {
  /** How often each fault struck. */
  readonly struck: Readonly<Record<string, number>>;
  readonly rounds: number;
  /** Events in requests that were answered with 200. */
  readonly acknowledged: number;
  /** Of those, the ones that are to be kept; and those that the store holds. */
  readonly expected: number;
  readonly stored: number;
  readonly twice: number;
  /** What is counted differently than it should be, in sentences. Empty where nothing was lost or counted twice. */
  readonly wrong: readonly string[];
}

const EVENTS = 150_000;
const PATIENCE_MS = 180_000;

/** Starts all of Kelp, breaks it under traffic round after round, and looks after each whether the history is right. */
export async function runFaults(options: FaultsOptions): Promise<Verdict> {
  const { seed: number, minutes, kindsAtLeast = 0, eventsPerRound = EVENTS, queueUrl, faults, onSaid } = options;
  const random = new Random(number);
  const struck: Record<string, number> = {};
  const wrong: string[] = [];
  let [rounds, acknowledged, expected, stored, twice] = [0, 0, 0, 0, 0];
  const world = await startWorld(queueUrl);
  const { stack } = world;
  if (!world.disk) onSaid?.('no disk is filled: that takes a superuser, on Linux');
  try {
    const clients = clientsOf(stack);
    const key = signingKey();
    const demo = await seed(clients, key);
    const until = performance.now() + minutes * 60_000;
    do {
      const onStrike = (fault: string, what: string) => {
        struck[fault] = (struck[fault] ?? 0) + 1;
        onSaid?.(`${fault}: ${what}`);
      };
      const nemesis = new Nemesis({ world, random, onStrike, ...(faults && { faults }) });
      const options = { clients, demo, key, webhooksUrl: stack.webhooksUrl, events: eventsPerRound };
      const running = run({ ...options, patienceMs: PATIENCE_MS, onProgress: ({ posted }) => endAt(posted, nemesis) });
      const endAt = (posted: number, striking: Nemesis) => posted >= eventsPerRound && void striking.end();
      const result = await running.finally(() => nemesis.end());
      rounds++;
      acknowledged += result.progress.posted;
      expected += result.expected.reduce((sum, { count }) => sum + count, 0);
      for (const { template, version, type, count, expected: should } of result.mismatches) {
        wrong.push(`round ${rounds}: ${template} ${version}, type ${type}: ${count} and not ${should}`);
      }
      const held = await heldIn(stack.databaseUrl('analytics'));
      [stored, twice] = [held.events, held.twice];
      if (stored !== expected) wrong.push(`round ${rounds}: the store holds ${stored} events and not ${expected}`);
      if (twice > 0) wrong.push(`round ${rounds}: ${twice} events are stored twice`);
      onSaid?.(`round ${rounds}: ${acknowledged} acknowledged, ${expected} to be kept, ${stored} stored`);
    } while (wrong.length === 0 && (performance.now() < until || Object.keys(struck).length < kindsAtLeast));
  } finally {
    await world.close();
  }
  return { struck, rounds, acknowledged, expected, stored, twice, wrong };
}
