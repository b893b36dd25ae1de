import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ensureDatabase } from './ensure-database.js';

/** Prisma's own lock and table, so that `prisma migrate` and this function can take turns on one database. */
const PRISMA_LOCK = 72_707_369;
const PRISMA_TABLE = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
  migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

interface Applied {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Creates the database where there is none, and applies the migrations of a Prisma folder that it lacks, with nothing
 * but `pg`: an image needs no Prisma CLI. Any number may do so at once.
 * @param folder holds `<migration>/migration.sql`
 * @returns the names of the migrations that were applied now
 * @throws where a migration failed, failed earlier, or was edited after it was applied
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  await ensureDatabase(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query(PRISMA_TABLE);
    const { rows } = await client.query<Applied>(
      'select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null',
    );
    const known = new Map(rows.map((row) => [row.migration_name, row]));
    const applied: string[] = [];
    for (const name of migrationsIn(folder)) {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      if (isApplied(name, checksumOf(sql), known.get(name))) continue;
      await apply(client, name, sql);
      applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

const checksumOf = (sql: string) => createHash('sha256').update(sql).digest('hex');

const migrationsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'migration.sql')))
    .sort();

function isApplied(name: string, checksum: string, row: Applied | undefined): boolean {
  if (!row) return false;
  if (!row.finished_at)
    throw new Error(`Migration ${name} failed earlier: mend the database, then mark it as resolved.`);
  if (row.checksum !== checksum)
    throw new Error(`Migration ${name} was edited after it was applied: add a new one instead.`);
  return true;
}

async function apply(client: pg.Client, name: string, sql: string): Promise<void> {
  const id = randomUUID();
  await client.query('insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)', [
    id,
    checksumOf(sql),
    name,
  ]);
  try {
    await client.query(sql);
  } catch (error) {
    await client.query('update _prisma_migrations set logs = $2 where id = $1', [id, (error as Error).message]);
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
  await client.query('update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1', [id]);
}
