import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase } from '@kelp/database';
import { freePort, hasNats, startNats, startPostgres } from '@kelp/stack';
import pg from 'pg';
import type { Bench } from '../bench.js';
import { inAlternation } from '../statistics.js';
import type { QueueContestant } from './contestant.js';
import { kelpQueue } from './kelp-queue.js';
import { pgBossQueue } from './pg-boss-queue.js';

const ROUNDS = 5;
const SECONDS = 2;
const MESSAGE_BYTES = 65_536;
const MESSAGES_IN_FLIGHT = 8;
const RECORD_BYTES = 450;
const TABLES = join(import.meta.dirname, '../../../libs/queue/migration.sql');

/** The queue's adapters, beside the library that would spare us one of them. */
export const queue: Bench = {
  name: 'queue',
  what: 'durable publishes and settled deliveries, on PostgreSQL, pg-boss and NATS JetStream',
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'kelp-bench-'));
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort() });
    const nats = hasNats() ? await startNats(join(folder, 'nats'), await freePort()) : undefined;
    const opened: QueueContestant[] = [];
    const opening = async (contestant: QueueContestant | Promise<QueueContestant>) => {
      opened.push(await contestant);
      return opened.at(-1)!;
    };
    try {
      const contestants = {
        'embedded, on PostgreSQL': await opening(embedded(postgres.url('embedded'))),
        'pg-boss, a job a message': await opening(onPgBoss(postgres.url('boss_messages'), 'messages')),
        'pg-boss, inserts of groups': await opening(onPgBoss(postgres.url('boss_groups'), 'groups')),
        'pg-boss, one by one': await opening(onPgBoss(postgres.url('boss_single'), 'single')),
        ...(nats && { 'NATS JetStream': await opening(kelpQueue(nats.url)) }),
      };
      const turns = Object.entries(contestants).map(
        ([name, contestant]) => [name, () => measure(name, contestant, say)] as const,
      );
      return {
        measures: [
          { name: '64 KiB messages', unit: 'msg/s' },
          { name: 'taken and settled', unit: 'msg/s' },
          { name: 'records, 64 in flight', unit: 'rec/s' },
          { name: 'records, 1,024 in flight', unit: 'rec/s' },
        ],
        contestants: await inAlternation(ROUNDS, Object.fromEntries(turns)),
        notes: [
          `Medians of ${ROUNDS} rounds in alternation. PostgreSQL syncs each commit; JetStream answers before it syncs.`,
          `Messages: ${MESSAGES_IN_FLIGHT} in flight. Records: ${RECORD_BYTES} bytes; Kelp's publisher makes messages of them.`,
        ],
      };
    } finally {
      for (const contestant of opened) await contestant.close();
      await nats?.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function embedded(url: string): Promise<QueueContestant> {
  await ensureDatabase(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(readFileSync(TABLES, 'utf8'));
  await client.end();
  return kelpQueue(url);
}

async function onPgBoss(url: string, use: Parameters<typeof pgBossQueue>[1]): Promise<QueueContestant> {
  await ensureDatabase(url);
  return pgBossQueue(url, use);
}

async function measure(name: string, contestant: QueueContestant, say: (text: string) => void) {
  say(name);
  const body = randomBytes(MESSAGE_BYTES);
  const record = randomBytes(RECORD_BYTES);
  const messages = await inFlight(MESSAGES_IN_FLIGHT, () => contestant.publishMessage(body));
  const startedAt = performance.now();
  await contestant.consume(messages.count);
  const settledPerSecond = (messages.count / (performance.now() - startedAt)) * 1_000;
  const few = await inFlight(64, () => contestant.publishRecord(record));
  const many = await inFlight(1_024, () => contestant.publishRecord(record));
  await contestant.reset();
  return {
    '64 KiB messages': messages.perSecond,
    'taken and settled': settledPerSecond,
    'records, 64 in flight': few.perSecond,
    'records, 1,024 in flight': many.perSecond,
  };
}

/** Keeps so many publishes under way for a while. */
async function inFlight(publishers: number, publish: () => Promise<void>) {
  let count = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + SECONDS * 1_000;
  const work = async () => {
    for (; performance.now() < endsAt; count++) await publish();
  };
  await Promise.all(Array.from({ length: publishers }, work));
  return { count, perSecond: (count / (performance.now() - startedAt)) * 1_000 };
}
