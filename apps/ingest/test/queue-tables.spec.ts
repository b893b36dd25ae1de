import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshDatabase } from '@kelp/testing';
import pg from 'pg';

const MIGRATION = join(import.meta.dirname, '../../../libs/queue/migration.sql');

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
}

const tablesOf = async (url: string) => ({
  columns: await query(
    url,
    `select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
     where table_name like 'queue%' order by 1, 2`,
  ),
  indexes: await query(url, `select indexdef from pg_indexes where tablename like 'queue%' order by 1`),
});

it('gives the embedded queue the tables that it is written for', async () => {
  const [own, wanted] = [await freshDatabase('ingest'), await freshDatabase()];
  await query(wanted.url, await readFile(MIGRATION, 'utf8'));
  const tables = await tablesOf(own.url);
  expect(tables.columns.length).toBeGreaterThan(10);
  expect(tables).toEqual(await tablesOf(wanted.url));
  await Promise.all([own.drop(), wanted.drop()]);
});
