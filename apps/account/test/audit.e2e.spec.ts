import { AuditContract, type AuditEntry, User_State as State } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import { type Client, client } from '@kelp/rpc';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { as, createConnection, createKey, createOrganization, createUser } from './make-account.js';
import { refusal } from './refusal.js';
import { type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let service: RunningAccount;
let audit: Client<typeof AuditContract>;
let sql: pg.Client;
let parent: string;

beforeEach(async () => {
  database = await freshDatabase('account');
  service = await startAccount(database.url);
  audit = client(AuditContract, service.channel);
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  parent = (await createOrganization(service.client)).name;
});
afterEach(async () => {
  await sql?.end();
  await service?.close();
  await database?.drop();
});

async function exported(more: object = {}): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const response of audit.exportAuditEntries({ parent, ...more })) entries.push(...response.entries);
  return entries;
}

describe('the audit log', () => {
  it('has every change, by whom, with what was before', async () => {
    const user = await createUser(service.directory, parent, { displayName: 'Ann' });
    await service.directory.updateUser(
      { user: { ...user, state: State.SUSPENDED } },
      { context: { requestId: 'the-request', actor: user.name, organization: parent } },
    );
    const { entries } = await audit.listAuditEntries({ parent });
    expect(entries.map(({ action }) => action)).toEqual([
      'organization.insert',
      'account_user.insert',
      'account_user.update',
    ]);
    const last = entries[2]!;
    expect(last).toMatchObject({
      sequence: 3n,
      actor: user.name,
      caller: 'ingest',
      requestId: 'the-request',
      target: user.name.split('/').at(-1),
    });
    expect(JSON.parse(last.body).changes).toEqual({ state: { before: State.ACTIVE, after: State.SUSPENDED } });
    const page = await audit.listAuditEntries({ parent, pageSize: 2 });
    const next = await audit.listAuditEntries({ parent, pageSize: 2, pageToken: page.nextPageToken });
    expect([...page.entries, ...next.entries]).toEqual(entries);
    const own = await audit.listAuditEntries({ parent, target: last.target });
    expect(own.entries).toEqual(entries.slice(1));
    await expect(audit.listAuditEntries({ parent, pageToken: 'x' })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_PAGE_TOKEN'),
    );
  });

  it('has no entry of what did not happen, and none is missing of what did', async () => {
    const { name } = await createUser(service.directory, parent, { role: 'roles/admin' });
    await expect(service.directory.deleteUser({ name })).rejects.toEqual(refusal('FAILED_PRECONDITION', 'LAST_ADMIN'));
    await Promise.all(Array.from({ length: 20 }, () => createUser(service.directory, parent)));
    await sql.query(`update account_user set display_name = 'by hand'`);
    const entries = await exported();
    expect(entries.filter(({ action }) => action === 'account_user.delete')).toEqual([]);
    expect(entries.filter(({ action }) => action === 'account_user.insert')).toHaveLength(21);
    expect(entries.filter(({ caller }) => caller.startsWith('database:'))).toHaveLength(21);
    expect(entries.map(({ sequence }) => Number(sequence))).toEqual(entries.map((_, index) => index + 1));
    expect(await audit.verifyAuditLog({ parent })).toMatchObject({ intact: true, entries: BigInt(entries.length) });
  });

  it('shows no secret', async () => {
    const { token, apiKey } = await createKey(service.keys, parent, [1]);
    await service.keys.rotateApiKey({ name: apiKey!.name });
    const connection = await createConnection(service.client, parent);
    const sendGrid = { name: connection.name, displayName: 'Renamed' };
    await service.client.updateConnection({ connection: sendGrid, updateMask: ['display_name'] });
    await createConnection(service.client, parent, {
      provider: Provider.POSTMARK,
      verificationKeys: [],
      secrets: ['a secret of a connection'],
    });
    const text = (await exported()).map(({ body }) => body).join();
    expect(text).toContain('"token_hash": {"secret": true}');
    expect(text).not.toContain(token.slice(19));
    expect(text).not.toContain(connection.verificationKeys[0]);
    expect(text).toContain('Renamed');
    expect(text).not.toContain('a secret of a connection');
    expect(text).not.toContain('sealed1.'); // nor what it is sealed as
  });

  it('streams each new entry to those who follow it', async () => {
    const seen: AuditEntry[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const { entries } of audit.exportAuditEntries({ parent, follow: true }, { signal: stop.signal }))
        seen.push(...entries);
    })().catch(() => undefined);
    await eventually(() => expect(seen).toHaveLength(1));
    await createUser(service.directory, parent);
    await eventually(() => expect(seen).toHaveLength(2));
    stop.abort();
    await following;
    expect(await exported({ afterSequence: 1n })).toEqual(seen.slice(1));
  });
});

describe('the proof of the audit log', () => {
  beforeEach(async () => {
    for (let n = 0; n < 5; n++) await createUser(service.directory, parent);
  });

  /** What only somebody with the whole database can do. */
  const tamper = async (...statements: string[]) => {
    await sql.query('alter table audit_entry disable trigger all; alter table audit_checkpoint disable trigger all');
    for (const statement of statements) await sql.query(statement);
  };
  /** Makes the chain anew from here on, as whoever tampers would, who knows how it is made. */
  const rechained = `do $$ declare entry record; last bytea := sha256(''); begin
    for entry in select * from audit_entry order by sequence loop
      update audit_entry set previous_hash = last, hash = sha256(last || convert_to(entry.body, 'UTF8'))
        where sequence = entry.sequence returning hash into last;
    end loop; end $$`;
  const change = `update audit_entry set body = replace(body, 'Ann', 'Eve') where sequence = 3`;

  it('finds it intact, and signs it', async () => {
    const checkpoint = await audit.createAuditCheckpoint({ parent });
    expect(checkpoint).toMatchObject({ sequence: 6n, keyId: expect.stringMatching(/./) });
    expect(await audit.createAuditCheckpoint({ parent })).toEqual(checkpoint);
    expect((await audit.listAuditCheckpoints({ parent })).checkpoints).toEqual([checkpoint]);
    expect(await audit.verifyAuditLog({ parent })).toEqual({
      intact: true,
      entries: 6n,
      checkpoints: 1n,
      brokenSequence: 0n,
      problem: '',
    });
  });

  it('refuses changes, to everybody', async () => {
    for (const statement of ['delete from audit_entry', change, 'truncate audit_entry', 'delete from audit_checkpoint'])
      await expect(sql.query(statement)).rejects.toThrow('never changed');
  });

  it.each([
    ['a changed entry', [change], 3n],
    ['a missing entry', ['delete from audit_entry where sequence = 2'], 2n],
    ['missing entries at the end', ['delete from audit_entry where sequence > 4'], 5n],
    [
      'entries that changed places',
      [
        'update audit_entry set sequence = case sequence when 2 then 13 when 3 then 12 end where sequence in (2, 3)',
        'update audit_entry set sequence = sequence - 10 where sequence > 10',
      ],
      2n,
    ],
  ])('finds %s', async (_what, statements, place) => {
    await tamper(...statements);
    expect(await audit.verifyAuditLog({ parent })).toMatchObject({ intact: false, brokenSequence: place });
  });

  it('finds a chain that was made anew, and a checkpoint that was', async () => {
    await audit.createAuditCheckpoint({ parent });
    await tamper(change, rechained);
    expect(await audit.verifyAuditLog({ parent })).toMatchObject({
      intact: false,
      brokenSequence: 6n,
      problem: 'Entry 6 is not the one that was signed.',
    });
    await tamper(`update audit_checkpoint set hash = (select hash from audit_entry where sequence = 6)`);
    expect((await audit.verifyAuditLog({ parent })).problem).toBe(
      'The checkpoint at 6 was not signed by this service.',
    );
  });

  it('is for those who may see it', async () => {
    const { token } = await createKey(service.keys, parent, [1]);
    await eventually(() => service.client.getOrganization({ name: parent }, as(token)));
    await expect(audit.verifyAuditLog({ parent }, as(token))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'PERMISSION_MISSING'),
    );
  });
});
