import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, Stack } from '@kelp/stack';
import type { Bench } from '../bench.js';
import { inAlternation } from '../statistics.js';
import { EventStore } from './event-store.js';
import { Meter } from './meter.js';
import { Peers } from './peers.js';
import { queryTimes } from './queries.js';
import { sampleEvents } from './sample-events.js';

const ROUNDS = 3;
const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
/** So many that each contestant takes a few seconds. */
const EVENTS = { createMany: 5_000, insert: 40_000, copy: 150_000, kelp: 150_000 };
/** What queries are measured over, unless said otherwise. */
const STORED = 1_000_000;
/** So many events come in through the service before queries are measured; all others are copies of these. */
const SENT_MAX = 100_000;

/** How fast analytics takes events in, with their roll-ups, against other ways to fill the same table without any. */
export const store: Bench = {
  name: 'store',
  what: 'idempotent appends with roll-ups, against plainer ways without; and queries',
  run: async (say, { events = STORED }) => {
    const folder = mkdtempSync(join(tmpdir(), 'kelp-bench-'));
    let stack: Stack | undefined;
    let peers: Peers | undefined;
    try {
      say('starting');
      const env = { ...process.env, LOG_LEVEL: 'warn' };
      stack = await Stack.start({ folder, ports: await freePorts(), env, onTrouble: say });
      peers = await Peers.on(stack.postgresUrl);
      const eventStore = new EventStore(stack);
      const times = await queries(eventStore, events, say);
      const contestants = await appends(stack, peers, eventStore, say);
      await eventStore.close();
      return {
        measures: [
          { name: 'acknowledged', unit: 'events/s' },
          { name: 'roll-ups merged', unit: 'events/s' },
          { name: 'CPU', unit: 'µs/event' },
          { name: 'WAL', unit: 'bytes/event' },
        ],
        contestants,
        notes: [
          'Kelp is the whole service: gRPC with mutual TLS, validation, and roll-ups, which nobody else here has.',
          'CPU is that of all processes: sender, service and PostgreSQL. Commits are durable, of up to 5,000 events.',
          ...times,
        ],
      };
    } finally {
      await peers?.close();
      await stack?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function appends(stack: Stack, peers: Peers, eventStore: EventStore, say: (text: string) => void) {
  const meter = await Meter.on(stack);
  const kelp = (streams: number) => async () => {
    say(`Kelp, ${streams} streams`);
    const events = sampleEvents(EVENTS.kelp, MINUTE_MS);
    return meter.measure(
      events.length,
      () => eventStore.append(events, streams),
      () => eventStore.merged(),
    );
  };
  try {
    return await inAlternation(ROUNDS, {
      'Prisma createMany(skipDuplicates)': () => {
        say('Prisma');
        const events = sampleEvents(EVENTS.createMany, MINUTE_MS);
        return meter.measure(events.length, () => peers.createMany(events));
      },
      'pg multi-row INSERT … ON CONFLICT': () => {
        say('INSERT');
        const events = sampleEvents(EVENTS.insert, MINUTE_MS);
        return meter.measure(events.length, () => peers.multiRowInsert(events));
      },
      'COPY of encoded rows (the ceiling)': async () => {
        say('COPY');
        const chunks = await peers.encoded(sampleEvents(EVENTS.copy, MINUTE_MS));
        return meter.measure(EVENTS.copy, () => peers.copy(chunks));
      },
      'Kelp, 1 stream': kelp(1),
      'Kelp, 2 streams': kelp(2),
      'Kelp, 4 streams': kelp(4),
    });
  } finally {
    await meter.close();
  }
}

/** How long queries take over a tenth of the events and over all of them, as sentences. */
async function queries(eventStore: EventStore, events: number, say: (text: string) => void): Promise<string[]> {
  let sent = events / 10;
  while (sent > SENT_MAX) sent /= 10;
  say(`storing ${sent} events of a week`);
  await eventStore.fill(Math.round(sent), WEEK_MS);
  let stored = Math.round(sent);
  for (; stored * 10 < events; stored *= 10) await multiplied(stored);
  const few = await queryTimes(eventStore.client);
  await multiplied(stored);
  const many = await queryTimes(eventStore.client);
  const heading = `Queries, median, over ${stored} and ${stored * 10} events of 45 dimensions in a week:`;
  const lines = [...few].map(([name, ms]) => {
    const msOfMany = many.get(name)!;
    return `  ${name}: ${ms.toFixed(1)} and ${msOfMany.toFixed(1)} ms (${(msOfMany / ms).toFixed(2)}×)`;
  });
  return [heading, ...lines];

  async function multiplied(from: number) {
    say(`making ${from * 10} events of them`);
    await eventStore.multiply();
  }
}
