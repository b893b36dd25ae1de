import { uuidv7 } from '@kelp/resource';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createConnection, createOrganization, createWorkspace } from './make-account.js';
import { invalid, refusal } from './refusal.js';
import { type Accounts, type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let service: RunningAccount;
let accounts: Accounts;

beforeAll(async () => {
  database = await freshDatabase('account');
  service = await startAccount(database.url);
  accounts = service.client;
});

afterAll(async () => {
  await service?.close();
  await database?.drop();
});

const unknown = `organizations/${uuidv7()}`;
const notFound = refusal('NOT_FOUND', 'ORGANIZATION_NOT_FOUND', { metadata: { organization: unknown } });

describe('an organization', () => {
  it('is what was created', async () => {
    const created = await createOrganization(accounts, 'Ächme 🐳');
    expect(created).toEqual({
      name: expect.stringMatching(/^organizations\/[0-9a-f-]{36}$/),
      displayName: 'Ächme 🐳',
      createTime: expect.any(Date),
      updateTime: created.createTime,
      etag: expect.stringMatching(/./),
    });
    expect(await accounts.getOrganization({ name: created.name })).toEqual(created);
  });

  it('is created once, however often the same request comes, also at once', async () => {
    const request = { organization: { displayName: 'Once' }, requestId: uuidv7() };
    const all = await Promise.all(Array.from({ length: 8 }, () => accounts.createOrganization(request)));
    expect(all[0]?.name).toBe(`organizations/${request.requestId}`);
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it('needs a display name that can be stored, and gets its name from us', async () => {
    await expect(createOrganization(accounts, '')).rejects.toEqual(invalid('organization.display_name'));
    await expect(createOrganization(accounts, 'a\0b')).rejects.toEqual(invalid('organization.display_name'));
    await expect(createOrganization(accounts, 'x'.repeat(101))).rejects.toEqual(invalid('organization.display_name'));
    await expect(accounts.createOrganization({ organization: { name: unknown } })).rejects.toEqual(
      invalid('organization.name', 'organization.display_name'),
    );
    await expect(accounts.createOrganization({})).rejects.toEqual(invalid('organization'));
  });

  it('that does not exist is not found', async () => {
    await expect(accounts.getOrganization({ name: unknown })).rejects.toEqual(notFound);
    await expect(accounts.updateOrganization({ organization: { name: unknown, displayName: 'x' } })).rejects.toEqual(
      notFound,
    );
    await expect(accounts.deleteOrganization({ name: unknown })).rejects.toEqual(notFound);
  });

  it('has to be named properly', async () => {
    const name = `organizations/${'-'.repeat(36)}`;
    await expect(accounts.getOrganization({ name })).rejects.toEqual(invalid('name'));
    await expect(accounts.getOrganization({ name: 'x' })).rejects.toEqual(invalid('name'));
    await expect(accounts.deleteOrganization({ name })).rejects.toEqual(invalid('name'));
    await expect(accounts.updateOrganization({ organization: { name: '' } })).rejects.toEqual(
      invalid('organization.name'),
    );
  });

  it('changes with or without an etag, and gets another one', async () => {
    const created = await createOrganization(accounts);
    const renamed = await accounts.updateOrganization({ organization: { ...created, displayName: 'Renamed' } });
    expect(renamed).toEqual({ ...created, displayName: 'Renamed', updateTime: renamed.updateTime, etag: renamed.etag });
    expect(renamed.etag).not.toBe(created.etag);
    const organization = { name: created.name, displayName: 'Again' };
    const again = await accounts.updateOrganization({ organization, updateMask: ['display_name'] });
    expect(await accounts.getOrganization({ name: created.name })).toEqual(again);
    expect(again.displayName).toBe('Again');
  });

  it('refuses to change what cannot be changed', async () => {
    const organization = await createOrganization(accounts);
    for (const path of ['name', 'display_name.x', 'etag'])
      await expect(accounts.updateOrganization({ organization, updateMask: [path] })).rejects.toEqual(
        invalid('update_mask'),
      );
  });

  it('does not let anybody overwrite or delete what somebody else changed', async () => {
    const seen = await createOrganization(accounts);
    await accounts.updateOrganization({ organization: { ...seen, etag: '', displayName: 'Mine' } });
    const mismatch = refusal('ABORTED', 'ETAG_MISMATCH', { metadata: { name: seen.name } });
    await expect(accounts.updateOrganization({ organization: seen })).rejects.toEqual(mismatch);
    await expect(accounts.deleteOrganization(seen)).rejects.toEqual(mismatch);
    expect((await accounts.getOrganization({ name: seen.name })).displayName).toBe('Mine');
  });

  it('lets exactly one of those win who saw the same state', async () => {
    const seen = await createOrganization(accounts);
    const updates = Array.from({ length: 8 }, (_, n) =>
      accounts.updateOrganization({ organization: { ...seen, displayName: `Name ${n}` } }),
    );
    const results = await Promise.allSettled(updates);
    const won = results.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toEqual(refusal('ABORTED', 'ETAG_MISMATCH'));
  });

  it('goes only when it is empty', async () => {
    const { name } = await createOrganization(accounts);
    const workspace = await createWorkspace(accounts, name);
    const connection = await createConnection(accounts, name);
    const notEmpty = refusal('FAILED_PRECONDITION', 'ORGANIZATION_NOT_EMPTY', { metadata: { organization: name } });
    await expect(accounts.deleteOrganization({ name })).rejects.toEqual(notEmpty);
    await accounts.deleteWorkspace({ name: workspace.name });
    await expect(accounts.deleteOrganization({ name })).rejects.toEqual(notEmpty);
    await accounts.deleteConnection({ name: connection.name });
    expect(await accounts.deleteOrganization({ name })).toEqual({});
    await expect(accounts.getOrganization({ name })).rejects.toEqual(refusal('NOT_FOUND', 'ORGANIZATION_NOT_FOUND'));
  });

  it('is never left with something in it when it goes, whatever happens at once', async () => {
    for (let round = 0; round < 15; round++) {
      const { name } = await createOrganization(accounts);
      const [created, deleted] = await Promise.allSettled([
        round % 2 ? createWorkspace(accounts, name) : createConnection(accounts, name),
        accounts.deleteOrganization({ name }),
      ]);
      if (created.status === 'fulfilled')
        expect(deleted).toEqual({
          status: 'rejected',
          reason: refusal('FAILED_PRECONDITION', 'ORGANIZATION_NOT_EMPTY'),
        });
      else expect(created.reason).toEqual(refusal('NOT_FOUND', 'ORGANIZATION_NOT_FOUND'));
    }
  });

  it('is listed with all others, oldest first, page by page', async () => {
    const { url, drop } = await freshDatabase('account');
    const other = await startAccount(url);
    try {
      expect(await other.client.listOrganizations({})).toEqual({ organizations: [], nextPageToken: '' });
      const created = [];
      for (let n = 0; n < 5; n++) created.push(await createOrganization(other.client, `Organization ${n}`));
      const first = await other.client.listOrganizations({ pageSize: 3 });
      const second = await other.client.listOrganizations({ pageSize: 3, pageToken: first.nextPageToken });
      expect([...first.organizations, ...second.organizations]).toEqual(created);
      expect(second.nextPageToken).toBe('');
    } finally {
      await other.close();
      await drop();
    }
  });

  it('refuses page tokens that its list did not give', async () => {
    await expect(accounts.listOrganizations({ pageToken: 'x' })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_PAGE_TOKEN'),
    );
    await expect(accounts.listOrganizations({ pageSize: -1 })).rejects.toEqual(invalid('page_size'));
  });
});
