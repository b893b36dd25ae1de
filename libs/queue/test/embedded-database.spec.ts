import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { Database } from '../src/embedded/database.js';
import { silent } from './silent.js';

describe('the connections of the embedded queue', () => {
  let fresh: FreshDatabase;
  let database: Database;
  beforeAll(async () => {
    fresh = await freshDatabase();
    database = new Database({ url: fresh.url, connectionsMax: 2, timeoutMs: 5_000, log: silent });
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });

  it('may be cut at any moment of a statement, and are replaced', async () => {
    const copying = async () => {
      for (let time = 0; time < 200; time++)
        await database.copyOut('copy (select 1) to stdout (format binary)').catch(() => []);
    };
    const killer = new pg.Client({ connectionString: fresh.url });
    await killer.connect();
    let done = false;
    const killing = async () => {
      while (!done) {
        await killer.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kelp queue'",
        );
      }
    };
    const killed = killing();
    await Promise.all([copying(), copying()]);
    done = true;
    await killed;
    await killer.end();
    expect(await database.copyOut('copy (select 1) to stdout (format binary)')).toHaveLength(1);
  });
});
