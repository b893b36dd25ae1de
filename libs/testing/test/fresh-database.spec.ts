import pg from 'pg';
import { freshDatabase } from '../src/fresh-database.js';

const tablesOf = async (url: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = 'public'`,
    );
    return rows.map(({ tablename }) => tablename);
  } finally {
    await client.end();
  }
};

describe('freshDatabase', () => {
  it('gives everyone a database of their own', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    expect(one.url).not.toBe(other.url);
    expect(await tablesOf(one.url)).toEqual([]);
    await Promise.all([one.drop(), other.drop()]);
  });

  it('drops the database with whoever is still connected', async () => {
    const database = await freshDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined); // it will be cut off
    await client.connect();
    await database.drop();
    await expect(tablesOf(database.url)).rejects.toThrow(/does not exist/);
  });
});
