import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@kelp/database';
import { eventually } from '@kelp/testing';

interface Server {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  url(database: string): string;
  stop(): Promise<void>;
}

const TOOLS = '../../../tools/postgres';
const { startPostgres } = (await import(`${TOOLS}/server.mjs`)) as {
  startPostgres(options: { dataDir: string; port: number }): Promise<Server>;
};
const { freePort } = (await import(`${TOOLS}/free-port.mjs`)) as { freePort(): Promise<number> };

/** A PostgreSQL of the test's own, with fsync on, that may be killed. */
export interface OwnPostgres {
  /** Of a database with this service's tables. */
  readonly url: string;
  /** Kills it without a warning. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
  /** Stops it, and removes the data. */
  remove(): Promise<void>;
}

/** Starts a PostgreSQL that forgets nothing it has committed. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'kelp-analytics-'));
  const port = await freePort();
  let server = await startPostgres({ dataDir, port });
  const url = server.url('analytics');
  await migrate(url, join(import.meta.dirname, '../prisma/migrations'));
  return {
    url,
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    restart: async () => {
      // The children of a killed server notice at their own pace; until then the data is in use.
      server = await eventually(() => startPostgres({ dataDir, port }), { timeoutMs: 20_000 });
    },
    remove: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
