import { EventType, Provider } from '@kelp/contract-event';
import { uuidv7 } from '@kelp/resource';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createConnection, createOrganization, newConnection, newKey } from './make-account.js';
import { invalid, refusal } from './refusal.js';
import { type Accounts, type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let service: RunningAccount;
let accounts: Accounts;
let parent: string;

beforeAll(async () => {
  database = await freshDatabase('account');
  service = await startAccount(database.url);
  accounts = service.client;
});

afterAll(async () => {
  await service?.close();
  await database?.drop();
});

beforeEach(async () => {
  parent = (await createOrganization(accounts)).name;
});

describe('a connection', () => {
  it('is what was created, in its organization', async () => {
    const connection = newConnection();
    const created = await accounts.createConnection({ parent, connection });
    expect(created).toEqual({
      ...connection,
      name: expect.stringMatching(new RegExp(`^${parent}/connections/[0-9a-f-]{36}$`)),
      createTime: expect.any(Date),
      updateTime: created.createTime,
      etag: expect.stringMatching(/./),
    });
    expect(await accounts.getConnection({ name: created.name })).toEqual(created);
  });

  it('keeps types of events that only newer services know', async () => {
    const { name } = await createConnection(accounts, parent, {
      filter: { acceptedTypes: [EventType.OPENED, 99 as EventType], knownTemplatesOnly: false, rules: [] },
    });
    expect((await accounts.getConnection({ name })).filter?.acceptedTypes).toEqual([EventType.OPENED, 99]);
  });

  it('has rules of its own, which clients that do not know them leave alone', async () => {
    const rule = {
      id: 'tests',
      description: 'Mail of our tests.',
      conditions: [{ field: 5, key: '', operator: 2, values: ['test-'], negated: false }],
      action: 1,
      state: 2,
      perMille: 0,
    };
    const { name } = await createConnection(accounts, parent);
    const update = (filter: object, updateMask: string[], more: object = {}) =>
      accounts.updateConnection({ connection: { name, ...newConnection(), filter, ...more } as never, updateMask });
    expect((await update({ rules: [rule] }, ['filter.rules'])).filter?.rules).toEqual([rule]);
    expect((await update({ rules: [] }, [])).filter?.rules).toEqual([rule]);
    const limited = await update({}, ['requests_per_second_max'], { requestsPerSecondMax: 50 });
    expect(limited).toMatchObject({ requestsPerSecondMax: 50, filter: { rules: [rule] } });
    expect((await accounts.getConnection({ name })).filter?.rules).toEqual([rule]);
    const wrong = { ...rule, conditions: [{ ...rule.conditions[0]!, values: [] }] };
    await expect(update({ rules: [wrong] }, ['filter.rules'])).rejects.toMatchObject({ reason: 'INVALID_FIELDS' });
    expect((await update({ rules: [] }, ['filter'])).filter?.rules).toEqual([]);
  });

  it('is created once, however often the same request comes, also at once', async () => {
    const request = { parent, connection: newConnection(), requestId: uuidv7() };
    const all = await Promise.all(Array.from({ length: 8 }, () => accounts.createConnection(request)));
    expect(all[0]?.name).toBe(`${parent}/connections/${request.requestId}`);
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it('does not take the request id of another organization, nor of one that was deleted', async () => {
    const requestId = uuidv7();
    const { name } = await accounts.createConnection({ parent, connection: newConnection(), requestId });
    const reused = refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED', { metadata: { request_id: requestId } });
    const other = await createOrganization(accounts);
    const create = (of: string) => accounts.createConnection({ parent: of, connection: newConnection(), requestId });
    await expect(create(other.name)).rejects.toEqual(reused);
    await accounts.deleteConnection({ name });
    await expect(create(parent)).rejects.toEqual(reused);
  });

  it('is not created in an organization that does not exist, nor listed there', async () => {
    const unknown = `organizations/${uuidv7()}`;
    const notFound = refusal('NOT_FOUND', 'ORGANIZATION_NOT_FOUND', { metadata: { organization: unknown } });
    await expect(createConnection(accounts, unknown)).rejects.toEqual(notFound);
    await expect(accounts.listConnections({ parent: unknown })).rejects.toEqual(notFound);
  });

  it('says all that is wrong with it at once', async () => {
    const name = `${parent}/connections/${uuidv7()}`;
    const wrong = { name, displayName: '', provider: Provider.UNSPECIFIED, verificationKeys: [] };
    await expect(createConnection(accounts, parent, wrong)).rejects.toEqual(
      invalid('connection.name', 'connection.provider', 'connection.display_name'),
    );
  });

  it('verifies webhooks with real keys only', async () => {
    const pem = `-----BEGIN PUBLIC KEY-----\n${newKey()}\n-----END PUBLIC KEY-----`;
    await expect(createConnection(accounts, parent, { verificationKeys: [newKey(), pem] })).rejects.toEqual(
      invalid('connection.verification_keys[1]'),
    );
    const connection = await createConnection(accounts, parent);
    const update = { connection: { ...connection, verificationKeys: ['AAAA', newKey(), 'BBBB'] } };
    await expect(accounts.updateConnection(update)).rejects.toEqual(
      invalid('connection.verification_keys[0]', 'connection.verification_keys[2]'),
    );
    const key = newKey();
    const twice = { connection: { ...connection, verificationKeys: [key, key] } };
    await expect(accounts.updateConnection(twice)).rejects.toEqual(invalid('connection.verification_keys'));
  });

  it('takes in secrets that no answer holds', async () => {
    const secrets = ['a secret word', 'user:password'];
    const postmark = { provider: Provider.POSTMARK, verificationKeys: [], allowedAddresses: ['192.0.2.0/24'] };
    const created = await createConnection(accounts, parent, { ...postmark, secrets });
    expect(created).toMatchObject({ ...postmark, secrets: [] });
    const { name } = created;
    expect(await accounts.getConnection({ name })).toEqual(created);
    expect((await accounts.listConnections({ parent })).connections).toEqual([created]);
    const updated = await accounts.updateConnection({ connection: { ...created, displayName: 'Sent back' } });
    expect(updated).toMatchObject({ displayName: 'Sent back', secrets: [] });
    await expect(
      accounts.updateConnection({ connection: { name, secrets: [] }, updateMask: ['secrets'] }),
    ).rejects.toEqual(invalid('connection.secrets'));
  });

  it('is proved in its provider’s way', async () => {
    const secrets = ['a secret word'];
    await expect(createConnection(accounts, parent, { provider: Provider.RESEND, secrets })).rejects.toEqual(
      invalid('connection.verification_keys', 'connection.secrets[0]'),
    );
    const topicArns = ['arn:aws:sns:eu-central-1:123456789012:mail'];
    const ses = { provider: Provider.SES, verificationKeys: [], topicArns };
    expect(await createConnection(accounts, parent, ses)).toMatchObject(ses);
    await expect(createConnection(accounts, parent, { ...ses, topicArns: ['mail'] })).rejects.toEqual(
      invalid('connection.topic_arns[0]'),
    );
    await expect(createConnection(accounts, parent, { allowedAddresses: ['::1', '1.2.3.4/33'] })).rejects.toEqual(
      invalid('connection.allowed_addresses[1]'),
    );
  });

  it('changes what the mask names, and nothing else', async () => {
    const created = await createConnection(accounts, parent);
    const wanted = { name: created.name, displayName: 'New', filter: { knownTemplatesOnly: false } };
    const renamed = await accounts.updateConnection({ connection: wanted, updateMask: ['display_name'] });
    expect(renamed).toMatchObject({ displayName: 'New', filter: created.filter });
    const freed = await accounts.updateConnection({
      connection: wanted,
      updateMask: ['filter.known_templates_only'],
    });
    expect(freed.filter).toEqual({ ...created.filter, knownTemplatesOnly: false });
    expect(freed.verificationKeys).toEqual(created.verificationKeys);
    expect(await accounts.getConnection({ name: created.name })).toEqual(freed);
  });

  it('changes everything where there is no mask, but its provider', async () => {
    const created = await createConnection(accounts, parent);
    const verificationKeys = [newKey(), newKey()];
    const connection = { name: created.name, displayName: 'New', verificationKeys, provider: Provider.UNSPECIFIED };
    expect(await accounts.updateConnection({ connection })).toMatchObject({
      displayName: 'New',
      verificationKeys,
      provider: Provider.SENDGRID,
      filter: { acceptedTypes: [], knownTemplatesOnly: false },
      createTime: created.createTime,
    });
    await expect(accounts.updateConnection({ connection, updateMask: ['provider'] })).rejects.toEqual(
      invalid('update_mask'),
    );
  });

  it('changes only for those who saw its present state, or do not care', async () => {
    const seen = await createConnection(accounts, parent);
    await accounts.updateConnection({ connection: { ...seen, displayName: 'Changed' } });
    const mismatch = refusal('ABORTED', 'ETAG_MISMATCH', { metadata: { name: seen.name } });
    await expect(accounts.updateConnection({ connection: seen })).rejects.toEqual(mismatch);
    await expect(accounts.deleteConnection(seen)).rejects.toEqual(mismatch);
    await accounts.updateConnection({ connection: { ...seen, etag: '' } });
  });

  it('lets exactly one of those win who saw the same state, whether they change or delete it', async () => {
    const seen = await createConnection(accounts, parent);
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        n % 4 === 0
          ? accounts.deleteConnection(seen)
          : accounts.updateConnection({ connection: { ...seen, displayName: `N${n}` } }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is gone once it was deleted', async () => {
    const { name } = await createConnection(accounts, parent);
    expect(await accounts.deleteConnection({ name })).toEqual({});
    const notFound = refusal('NOT_FOUND', 'CONNECTION_NOT_FOUND', { metadata: { connection: name } });
    await expect(accounts.getConnection({ name })).rejects.toEqual(notFound);
    await expect(accounts.updateConnection({ connection: newConnection({ name }) })).rejects.toEqual(notFound);
    await expect(accounts.deleteConnection({ name })).rejects.toEqual(notFound);
    expect(await accounts.listConnections({ parent })).toEqual({ connections: [], nextPageToken: '' });
  });

  it('of another organization, or that does not exist, is not found', async () => {
    const { name } = await createConnection(accounts, parent);
    const foreign = `${(await createOrganization(accounts)).name}/${name.split('/').slice(2).join('/')}`;
    for (const missing of [foreign, `${parent}/connections/${uuidv7()}`]) {
      const notFound = refusal('NOT_FOUND', 'CONNECTION_NOT_FOUND', { metadata: { connection: missing } });
      await expect(accounts.getConnection({ name: missing })).rejects.toEqual(notFound);
      await expect(accounts.deleteConnection({ name: missing })).rejects.toEqual(notFound);
    }
  });

  it('has to be named properly', async () => {
    await expect(accounts.getConnection({ name: parent })).rejects.toEqual(invalid('name'));
    await expect(accounts.updateConnection({ connection: newConnection() })).rejects.toEqual(
      invalid('connection.name'),
    );
  });

  it('is listed in its organization, oldest first, page by page', async () => {
    const created = [];
    for (let n = 0; n < 5; n++) created.push(await createConnection(accounts, parent, { displayName: `C${n}` }));
    await accounts.deleteConnection(created[2]!);
    const first = await accounts.listConnections({ parent, pageSize: 2 });
    const second = await accounts.listConnections({ parent, pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.connections, ...second.connections]).toEqual(created.filter((_, n) => n !== 2));
    expect(second.nextPageToken).toBe('');
    const other = await createOrganization(accounts);
    await expect(accounts.listConnections({ parent: other.name, pageToken: first.nextPageToken })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_PAGE_TOKEN'),
    );
  });
});
