import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ensureDatabase, migrate } from '@kelp/database';
import pg from 'pg';

/** A database that nobody else uses. */
export interface FreshDatabase {
  url: string;
  /** Removes it, with whatever is still connected. */
  drop(): Promise<void>;
}

const APPS = join(import.meta.dirname, '../../../apps');

/**
 * Creates a database on the server of TEST_PG_URL, which the tests' setup starts.
 * @param app whose migrations to apply; none where absent
 */
export async function freshDatabase(app?: string): Promise<FreshDatabase> {
  const server = process.env.TEST_PG_URL;
  if (!server) throw new Error('TEST_PG_URL is not set: run the tests through `npx nx e2e`, which starts PostgreSQL.');
  const name = `test_${app ?? 'empty'}_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await (app ? migrate(url.href, join(APPS, app, 'prisma/migrations')) : ensureDatabase(url.href));
  return { url: url.href, drop: () => dropDatabase(server, name) };
}

async function dropDatabase(server: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`);
  } finally {
    await client.end();
  }
}
