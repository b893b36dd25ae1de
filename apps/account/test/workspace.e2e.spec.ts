import { uuidv7 } from '@kelp/resource';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createOrganization, createWorkspace } from './make-account.js';
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

const unknownOrganization = `organizations/${uuidv7()}`;
const organizationNotFound = refusal('NOT_FOUND', 'ORGANIZATION_NOT_FOUND', {
  metadata: { organization: unknownOrganization },
});
const exists = (displayName: string) =>
  refusal('ALREADY_EXISTS', 'WORKSPACE_EXISTS', { metadata: { display_name: displayName } });

describe('a workspace', () => {
  it('is what was created, in its organization', async () => {
    const created = await createWorkspace(accounts, parent, 'Growth');
    expect(created).toEqual({
      name: expect.stringMatching(new RegExp(`^${parent}/workspaces/[0-9a-f-]{36}$`)),
      displayName: 'Growth',
      createTime: expect.any(Date),
      updateTime: created.createTime,
      etag: expect.stringMatching(/./),
      parentWorkspace: '',
    });
    expect(await accounts.getWorkspace({ name: created.name })).toEqual(created);
  });

  it('is created once, however often the same request comes, also at once', async () => {
    const request = { parent, workspace: { displayName: 'Once' }, requestId: uuidv7() };
    const all = await Promise.all(Array.from({ length: 8 }, () => accounts.createWorkspace(request)));
    expect(all[0]?.name).toBe(`${parent}/workspaces/${request.requestId}`);
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  it('does not take the request id of a workspace in another organization', async () => {
    const requestId = uuidv7();
    await accounts.createWorkspace({ parent, workspace: { displayName: 'Mine' }, requestId });
    const other = await createOrganization(accounts);
    await expect(
      accounts.createWorkspace({ parent: other.name, workspace: { displayName: 'Yours' }, requestId }),
    ).rejects.toEqual(refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED', { metadata: { request_id: requestId } }));
  });

  it('is not created in an organization that does not exist, nor listed there', async () => {
    await expect(createWorkspace(accounts, unknownOrganization)).rejects.toEqual(organizationNotFound);
    await expect(accounts.listWorkspaces({ parent: unknownOrganization })).rejects.toEqual(organizationNotFound);
  });

  it('has a display name of its own in its organization', async () => {
    const { name } = await createWorkspace(accounts, parent, 'Growth');
    await expect(createWorkspace(accounts, parent, 'Growth')).rejects.toEqual(exists('Growth'));
    const other = await createWorkspace(accounts, parent, 'Sales');
    await expect(accounts.updateWorkspace({ workspace: { ...other, displayName: 'Growth' } })).rejects.toEqual(
      exists('Growth'),
    );
    const elsewhere = await createOrganization(accounts);
    await createWorkspace(accounts, elsewhere.name, 'Growth');
    await accounts.deleteWorkspace({ name });
    await createWorkspace(accounts, parent, 'Growth');
  });

  it('lets exactly one of those have a display name who ask for it at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => createWorkspace(accounts, parent, 'Same')),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(exists('Same'));
  });

  it('needs a display name, and a proper parent', async () => {
    await expect(createWorkspace(accounts, parent, '')).rejects.toEqual(invalid('workspace.display_name'));
    await expect(createWorkspace(accounts, 'x')).rejects.toEqual(invalid('parent'));
    await expect(createWorkspace(accounts, `organizations/${'-'.repeat(36)}`)).rejects.toEqual(invalid('parent'));
  });

  it('of another organization, or that does not exist, is not found', async () => {
    const { name } = await createWorkspace(accounts, parent);
    const foreign = `${(await createOrganization(accounts)).name}/${name.split('/').slice(2).join('/')}`;
    for (const missing of [foreign, `${parent}/workspaces/${uuidv7()}`]) {
      const notFound = refusal('NOT_FOUND', 'WORKSPACE_NOT_FOUND', { metadata: { workspace: missing } });
      await expect(accounts.getWorkspace({ name: missing })).rejects.toEqual(notFound);
      const workspace = { name: missing, displayName: 'x' };
      await expect(accounts.updateWorkspace({ workspace })).rejects.toEqual(notFound);
      await expect(accounts.deleteWorkspace({ name: missing })).rejects.toEqual(notFound);
    }
  });

  it('changes only for those who saw its present state, or do not care', async () => {
    const seen = await createWorkspace(accounts, parent);
    const changed = await accounts.updateWorkspace({ workspace: { ...seen, displayName: 'Changed' } });
    expect(changed).toMatchObject({ name: seen.name, displayName: 'Changed' });
    const mismatch = refusal('ABORTED', 'ETAG_MISMATCH', { metadata: { name: seen.name } });
    await expect(accounts.updateWorkspace({ workspace: seen })).rejects.toEqual(mismatch);
    await expect(accounts.deleteWorkspace(seen)).rejects.toEqual(mismatch);
    await accounts.updateWorkspace({ workspace: { name: seen.name, displayName: 'Again' } });
    await accounts.deleteWorkspace({ name: seen.name });
  });

  it('lets exactly one of those win who saw the same state', async () => {
    const seen = await createWorkspace(accounts, parent);
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => accounts.updateWorkspace({ workspace: { ...seen, displayName: `N${n}` } })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is listed in its organization, oldest first, page by page', async () => {
    const created = [];
    for (let n = 0; n < 5; n++) created.push(await createWorkspace(accounts, parent, `Workspace ${n}`));
    const first = await accounts.listWorkspaces({ parent, pageSize: 2 });
    const second = await accounts.listWorkspaces({ parent, pageSize: 2, pageToken: first.nextPageToken });
    const third = await accounts.listWorkspaces({ parent, pageSize: 2, pageToken: second.nextPageToken });
    expect([first, second, third].flatMap(({ workspaces }) => workspaces)).toEqual(created);
    expect(third.nextPageToken).toBe('');
    const other = await createOrganization(accounts);
    await expect(accounts.listWorkspaces({ parent: other.name, pageToken: first.nextPageToken })).rejects.toEqual(
      refusal('INVALID_ARGUMENT', 'INVALID_PAGE_TOKEN'),
    );
  });
});
