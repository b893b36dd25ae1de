import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '@kelp/stack';
import pg from 'pg';
import type { Fault } from '../fault.js';

/** Says something to PostgreSQL itself, past the services. @returns whether it heard */
async function tell(stack: Stack, ...sentences: readonly string[]): Promise<boolean> {
  const client = new pg.Client({ connectionString: stack.postgresUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const sentence of sentences) await client.query(sentence);
    return true;
  } catch {
    return false; // it is just being started again
  } finally {
    await client.end().catch(() => undefined);
  }
}

const disconnected: Fault = {
  name: 'cut all connections of PostgreSQL',
  strike: async ({ stack }) =>
    (await tell(
      stack,
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname like 'kelp%'`,
    ))
      ? 'postgres'
      : undefined,
};

const AS_BEFORE = ['alter system reset commit_delay', 'alter system reset commit_siblings', 'select pg_reload_conf()'];

/** Each write to the disk that somebody waits for takes a tenth of a second longer. */
const slowDisk: Fault = {
  name: 'slow the disk',
  strike: async ({ stack }, random) => {
    const slow = ['alter system set commit_delay = 100000', 'alter system set commit_siblings = 0'];
    if (!(await tell(stack, ...slow, 'select pg_reload_conf()'))) return undefined;
    await sleep(random.between(500, 4_000));
    for (let attempts = 20; attempts > 0 && !(await tell(stack, ...AS_BEFORE)); attempts--) await sleep(500);
    return 'postgres';
  },
};

/** Nobody can write any more: PostgreSQL, the edge's state, the logs. */
const fullDisk: Fault = {
  name: 'fill the disk',
  strike: async ({ disk }, random) => {
    if (!disk) return undefined;
    disk.fill();
    await sleep(random.between(500, 4_000));
    disk.empty();
    return 'all programs';
  },
};

export const storageFaults: readonly Fault[] = [disconnected, slowDisk, fullDisk];
