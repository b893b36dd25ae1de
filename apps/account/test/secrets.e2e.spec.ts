import { type ConnectionChange, Permission } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import { watch } from '@kelp/rpc';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { dumpOf } from './dump.js';
import { createConnection, createKey, createOrganization } from './make-account.js';
import { refusal } from './refusal.js';
import { createSigner, password, tokensIn } from './sign-in.js';
import { type RunningAccount, secretKey, startAccount } from './start-account.js';

let database: FreshDatabase;
let sql: pg.Client;
let service: RunningAccount;
let parent: string;

beforeEach(async () => {
  database = await freshDatabase('account');
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await start('old');
  parent = (await createOrganization(service.client)).name;
});
afterEach(async () => {
  await service?.close();
  await sql?.end();
  await database?.drop();
});

/** The service with these keys, the first of which seals. */
async function start(...keys: string[]): Promise<void> {
  await service?.close();
  service = await startAccount(database.url, keys.map(secretKey));
}

const create = (...secrets: string[]) =>
  createConnection(service.client, parent, { provider: Provider.POSTMARK, verificationKeys: [], secrets });

/** What a new watcher is told: the secrets of each connection, by its name. */
async function told() {
  const known = new Map<string, string[]>();
  const watching = watch<ConnectionChange>({
    open: (requests, options) => service.client.watchConnections(requests, options),
    apply: async ({ items }) => {
      for (const { name, connection } of items)
        if (connection) known.set(name, connection.secrets);
        else known.delete(name);
    },
  });
  await watching.synced;
  return { known, close: () => watching.close() };
}

async function expectTold(expected: Record<string, string[]>): Promise<void> {
  const { known, close } = await told();
  await close();
  expect(Object.fromEntries(known)).toEqual(expected);
}

const counts = async () => {
  const { keys, unsealedSecrets } = await service.keyring.listSecretKeys({});
  return {
    ...Object.fromEntries(keys.map(({ keyId, secrets }) => [keyId, Number(secrets)])),
    '': Number(unsealedSecrets),
  };
};

describe('a stolen database', () => {
  it('shows no usable secret, in any row of any table', async () => {
    const { token, apiKey } = await createKey(service.keys, parent, [Permission.ORGANIZATION_VIEW]);
    const { token: rotated } = await service.keys.rotateApiKey({ name: apiKey!.name, overlapSeconds: 60 });
    const { token: invitation } = await service.directory.createInvitation({
      parent,
      invitation: { email: 'a@example.com', role: 'roles/viewer' },
    });
    const { name } = await create('the secret of a connection');
    await service.client.updateConnection({
      connection: { name, secrets: ['another secret'] },
      updateMask: ['secrets'],
    });
    const dump = await dumpOf(database.url);
    expect(dump).toContain(apiKey!.tokenPrefix); // the dump is one
    const secrets = [token.slice(19), rotated.slice(19), invitation, 'the secret of a connection', 'another secret'];
    const encodings = (text: string) => [
      text,
      ...(['hex', 'base64url'] as const).map((as) => Buffer.from(text).toString(as)),
    ];
    for (const secret of secrets) for (const text of encodings(secret)) expect(dump).not.toContain(text);
    expect(dump).not.toContain('MC4CAQAwBQYDK2Vw'); // how an Ed25519 private key begins
  });
});

describe('the secrets of a connection', () => {
  it('cannot be moved to another one; the others do not suffer for who tries', async () => {
    const [mine, theirs, third] = [
      await create('my secret'),
      await create('their secret'),
      await create('third secret'),
    ];
    const boxes = 'select connection_id, sealed_secrets from connection order by create_time';
    const { rows } = await sql.query(boxes);
    await sql.query('update connection set sealed_secrets = $1 where connection_id = $2', [
      rows[0].sealed_secrets,
      rows[1].connection_id,
    ]);
    await expectTold({ [mine.name]: ['my secret'], [theirs.name]: [], [third.name]: ['third secret'] });
    await start('new', 'old');
    const { broken, remaining } = await service.keyring.resealSecrets({});
    expect([broken, remaining]).toEqual([[theirs.name], 1n]);
    expect((await sql.query(boxes)).rows[1].sealed_secrets).toBe(rows[0].sealed_secrets);
  });

  it('are sealed anew with the first key, in as many calls as one likes, and then need no other', async () => {
    const all = [];
    for (let n = 0; n < 5; n++) all.push(await create(`secret number ${n}`));
    const expected = Object.fromEntries(all.map(({ name }, n) => [name, [`secret number ${n}`]]));
    const user = await createSigner(service, parent);
    const signIn = async () => tokensIn(await service.signIn.signIn({ parent, email: user.email, password }));
    const { accessToken } = await signIn();
    const context = { credential: `Bearer ${accessToken}` };
    await eventually(() => service.signIn.enrolTotp({ password }, { context }));
    await start('new', 'old');
    expect(await counts()).toEqual({ new: 0, old: 8, '': 0 }); // also the key that signs, and what the user has
    await expectTold(expected);
    expect(await service.keyring.resealSecrets({ maxSecrets: 2 })).toMatchObject({ resealed: 2n, remaining: 6n });
    expect(await counts()).toEqual({ new: 2, old: 6, '': 0 });
    const both = await Promise.all([service.keyring.resealSecrets({}), service.keyring.resealSecrets({})]);
    for (const { remaining, broken } of both) expect([remaining, broken]).toEqual([0n, []]);
    expect(await service.keyring.resealSecrets({})).toMatchObject({ resealed: 0n, remaining: 0n });
    await start('new');
    await expectTold(expected);
    await signIn();
  });

  it('are not given up: the service does not start without a key that is needed', async () => {
    await create('a secret');
    await service.close();
    await expect(startAccount(database.url, [secretKey('new')])).rejects.toThrow(
      'SECRET_KEYS lacks the key "old", with which 2 secrets are sealed.',
    );
    await start('new', 'old');
  });

  it('that an earlier release wrote are told, and sealed without telling anybody anew', async () => {
    const { name } = await create('what is replaced');
    await sql.query(`update connection set secrets = '{"in the open",second}'`);
    expect(await counts()).toMatchObject({ '': 1 });
    const { known, close } = await told();
    expect(known.get(name)).toEqual(['in the open', 'second']);
    const revision = async () => (await sql.query('select revision from connection')).rows[0].revision;
    expect(await service.keyring.resealSecrets({})).toMatchObject({ resealed: 1n, remaining: 0n });
    const before = await revision();
    await start('new', 'old');
    await service.keyring.resealSecrets({});
    expect(await revision()).toBe(before);
    await close();
    await expectTold({ [name]: ['in the open', 'second'] });
    expect(await dumpOf(database.url)).not.toContain('in the open');
  });

  it('keep what is changed while they are sealed anew, and the audit log has no entry of that', async () => {
    const all = [];
    for (let n = 0; n < 20; n++) all.push(await create(`secret number ${n}`));
    await start('new', 'old');
    const audited = `select count(*)::int from audit_entry where body like '%connection.update%'`;
    await service.keyring.resealSecrets({ maxSecrets: 5 });
    expect((await sql.query(audited)).rows).toEqual([{ count: 0 }]);
    const change = ({ name }: { name: string }, n: number) =>
      service.client.updateConnection({ connection: { name, secrets: [`changed ${n}`] }, updateMask: ['secrets'] });
    await Promise.all([...all.map(change), ...Array.from({ length: 5 }, () => service.keyring.resealSecrets({}))]);
    await expectTold(Object.fromEntries(all.map(({ name }, n) => [name, [`changed ${n}`]])));
    expect((await sql.query(audited)).rows).toEqual([{ count: 20 }]);
    expect(await service.keyring.resealSecrets({})).toMatchObject({ remaining: 0n });
  });

  it('are the business of operators alone', async () => {
    const permissions = [Permission.CONNECTIONS_MANAGE, Permission.ORGANIZATION_MANAGE];
    const { token } = await createKey(service.keys, parent, permissions);
    const context = { credential: `Bearer ${token}` };
    await eventually(() =>
      expect(service.keyring.resealSecrets({}, { context })).rejects.toEqual(
        refusal('PERMISSION_DENIED', 'OPERATORS_ONLY'),
      ),
    );
  });
});
