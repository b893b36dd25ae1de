import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { createOrganization } from './make-account.js';
import { refusal } from './refusal.js';
import { type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let service: RunningAccount;
let server: pg.Client;

beforeEach(async () => {
  database = await freshDatabase('account');
  service = await startAccount(database.url);
  server = new pg.Client({ connectionString: process.env.TEST_PG_URL });
  await server.connect();
});

afterEach(async () => {
  await service?.close();
  await server?.end();
  await database?.drop();
});

/** Lets nobody into the database any more, and throws out who is in. */
async function takeAway(name: string): Promise<void> {
  await server.query(`alter database ${name} allow_connections false`);
  await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
}

describe('an account service whose database is away', () => {
  it('says so, and serves again once the database is back', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const { name: organization } = await createOrganization(service.client, 'Before');
    await takeAway(name);
    await expect(createOrganization(service.client)).rejects.toEqual(refusal('UNAVAILABLE', 'STORE_UNAVAILABLE'));
    await server.query(`alter database ${name} allow_connections true`);
    expect((await service.client.getOrganization({ name: organization })).displayName).toBe('Before');
  });

  it('does not start', async () => {
    await takeAway(new URL(database.url).pathname.slice(1));
    await expect(startAccount(database.url)).rejects.toThrow('not currently accepting connections');
  });
});
