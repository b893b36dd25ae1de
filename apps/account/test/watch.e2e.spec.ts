import type { Connection, ConnectionChange } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import { type Watching, watch } from '@kelp/rpc';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { createConnection, createOrganization } from './make-account.js';
import { refusal } from './refusal.js';
import { type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let service: RunningAccount;
let parent: string;
const watches: Watching[] = [];

beforeEach(async () => {
  database = await freshDatabase('account');
  service = await startAccount(database.url);
  parent = (await createOrganization(service.client)).name;
});

afterEach(async () => {
  for (const watching of watches.splice(0)) await watching.close();
  await service?.close();
  await database?.drop();
});

/** Watches a service, and keeps what it is told. */
function watcher({ client }: RunningAccount, from = '', known = new Map<string, Connection>()) {
  const seen: ConnectionChange[] = [];
  let resumeToken = from;
  const watching = watch<ConnectionChange>({
    open: (requests, options) => client.watchConnections(requests, options),
    resumeToken: from,
    apply: async (frame) => {
      if (frame.reset) known.clear();
      for (const { name, connection } of frame.items) {
        if (connection) known.set(name, connection);
        else known.delete(name);
      }
      seen.push(...frame.items);
      resumeToken = frame.resumeToken || resumeToken;
    },
  });
  watches.push(watching);
  return { watching, known, seen, token: () => resumeToken };
}

const byName = (...connections: Connection[]) =>
  new Map(connections.map((connection) => [connection.name, connection]));

/** What the service answers to these frames, to the end. */
async function answers(account: RunningAccount, ...frames: object[]): Promise<void> {
  const requests = (async function* () {
    for (const frame of frames) yield { frame } as never;
  })();
  for await (const _ of account.client.watchConnections(requests));
}

describe('watching connections', () => {
  it('begins with those that are there, of every organization, and goes on with each change and end', async () => {
    const other = await createOrganization(service.client);
    const [kept, gone] = [
      await createConnection(service.client, parent),
      await createConnection(service.client, other.name),
    ];
    const deleted = await createConnection(service.client, parent);
    await service.client.deleteConnection(deleted);

    const { watching, known, seen } = watcher(service);
    await watching.synced;
    expect(known).toEqual(byName(kept, gone));
    expect(seen).toHaveLength(2);

    const changed = await service.client.updateConnection({ connection: { ...kept, displayName: 'Changed' } });
    await eventually(() => expect(known.get(kept.name)).toEqual(changed));
    await service.client.deleteConnection(gone);
    const created = await createConnection(service.client, parent);
    await eventually(() => expect(known).toEqual(byName(changed, created)));
    expect(seen.filter(({ name }) => name === gone.name).at(-1)).toEqual({ name: gone.name, connection: undefined });
  });

  it('alone is told the secrets, and of a deleted connection none are left', async () => {
    const secrets = ['a secret word', 'user:password'];
    const postmark = { provider: Provider.POSTMARK, verificationKeys: [], secrets };
    const created = await createConnection(service.client, parent, postmark);
    expect(created.secrets).toEqual([]);
    const { watching, known } = watcher(service);
    await watching.synced;
    expect(known.get(created.name)).toEqual({ ...created, secrets });

    await service.client.updateConnection({ connection: { ...created, displayName: 'Sent back' } });
    await eventually(() => expect(known.get(created.name)).toMatchObject({ displayName: 'Sent back', secrets }));
    const rotated = { name: created.name, secrets: ['another word'] };
    await service.client.updateConnection({ connection: rotated, updateMask: ['secrets'] });
    await eventually(() => expect(known.get(created.name)?.secrets).toEqual(['another word']));

    await service.client.deleteConnection({ name: created.name });
    const sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    const { rows } = await sql.query('select verification_keys, secrets, sealed_secrets from connection');
    await sql.end();
    expect(rows).toEqual([{ verification_keys: [], secrets: [], sealed_secrets: null }]);
  });

  it('is up to date at once where there is nothing', async () => {
    const { watching, known } = watcher(service);
    await watching.synced;
    expect(known.size).toBe(0);
  });

  it('resumes behind what it had, on another process of the service, and hears of the ends meanwhile', async () => {
    const [kept, gone] = [
      await createConnection(service.client, parent),
      await createConnection(service.client, parent),
    ];
    const first = watcher(service);
    await first.watching.synced;
    await first.watching.close();
    await service.client.deleteConnection(gone);
    const created = await createConnection(service.client, parent);
    const other = await startAccount(database.url);
    try {
      const second = watcher(other, first.token(), first.known);
      await second.watching.synced;
      expect(second.known).toEqual(byName(kept, created));
      expect(second.seen.map(({ name }) => name)).toEqual([gone.name, created.name]);
      await second.watching.close();
    } finally {
      await other.close();
    }
  });

  it('hears of every change that many make at once', async () => {
    const { watching, known } = watcher(service);
    await watching.synced;
    const created = await Promise.all(Array.from({ length: 30 }, () => createConnection(service.client, parent)));
    const changed = await Promise.all(
      created.map((connection, n) =>
        n % 3 === 0
          ? service.client.deleteConnection(connection).then(() => undefined)
          : service.client.updateConnection({ connection: { ...connection, displayName: `N${n}` } }),
      ),
    );
    await eventually(() => expect(known).toEqual(byName(...changed.filter((connection) => connection !== undefined))));
  });

  it('goes on after the service lost its database for a moment', async () => {
    const { watching, known } = watcher(service);
    await watching.synced;
    const sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    const { rowCount } = await sql.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'change feed connections'`,
    );
    await sql.end();
    expect(rowCount).toBe(1);
    const created = await createConnection(service.client, parent);
    await eventually(() => expect(known).toEqual(byName(created)));
  });

  it('does not forget a deletion before its time: a token that is older is refused', async () => {
    const connection = await createConnection(service.client, parent);
    const early = watcher(service);
    await early.watching.synced;
    await early.watching.close();
    await service.client.deleteConnection(connection);
    const late = watcher(service);
    await late.watching.synced;

    const sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    await sql.query(`update connection set delete_time = now() - interval '8 days'`);
    const purging = await startAccount(database.url); // it purges when it starts
    try {
      await eventually(async () => expect((await sql.query('select from connection')).rowCount).toBe(0));
      const hello = { resumeToken: early.token(), creditSequence: 10n, nextSequence: 1n };
      await expect(answers(purging, { $case: 'hello', value: hello })).rejects.toEqual(
        refusal('OUT_OF_RANGE', 'RESUME_TOKEN_EXPIRED'),
      );
      const again = watcher(purging, early.token(), early.known); // a client begins anew by itself
      await again.watching.synced;
      expect(again.known.size).toBe(0);
      await again.watching.close();
    } finally {
      await purging.close();
      await sql.end();
    }
  });

  it('refuses frames out of order', async () => {
    const ack = { $case: 'ack', value: { upToSequence: 1n, creditSequence: 10n } };
    await expect(answers(service, ack)).rejects.toEqual(refusal('INVALID_ARGUMENT', 'PROTOCOL_VIOLATION'));
  });

  it('comes to its end when the service does', async () => {
    const { watching } = watcher(service);
    await watching.synced;
    const before = performance.now();
    await service.close();
    expect(performance.now() - before).toBeLessThan(8_000);
  });
});
