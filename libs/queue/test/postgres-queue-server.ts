import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@kelp/testing';
import pg from 'pg';
import { openQueue, type QueueOptions } from '../src/index.js';
import { killed, type QueueServer } from './queue-server.js';
import { silent } from './silent.js';
import { freePort, type PostgresServer, startPostgres } from './tools.js';

/**
 * It keeps what is committed, but tells whoever does not insist on it too early: what a killed server had not written
 * by itself within ten seconds is lost.
 */
const FORGETFUL = { synchronous_commit: 'off', wal_writer_delay: '10s' };

/** Starts a PostgreSQL server of its own, with the queue's tables. */
export async function postgresQueueServer(): Promise<QueueServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kelp-queue-postgres-'));
  const port = await freePort();
  const launch = () => startPostgres({ dataDir, port, settings: FORGETFUL });
  let server: PostgresServer = await launch();
  const url = server.url('postgres');
  await query(url, await readFile(join(import.meta.dirname, '../migration.sql'), 'utf8'));
  await query(url, 'checkpoint');
  return {
    url,
    open: (options?: QueueOptions) => openQueue('', { databaseUrl: url, log: silent, leaseMs: 1_000, ...options }),
    clear: () => query(url, 'truncate queue_message, queue_key, queue_dead'),
    kill: async () => void (await killed(server)),
    // Its children notice that it is gone, and let go of the shared memory, a moment later.
    start: async () => {
      server = await eventually(launch, { timeoutMs: 30_000 });
    },
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
