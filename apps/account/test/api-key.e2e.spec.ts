import { AccessCache, authenticateKey } from '@kelp/access';
import { ApiKey_Environment as Environment, Permission, WorkspaceAccess } from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Code, StatusError } from '@kelp/status';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import { as, createKey, createOrganization, createUser, createWorkspace } from './make-account.js';
import { invalid, refusal } from './refusal.js';
import { type Keys, type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let service: RunningAccount;
let keys: Keys;
let parent: string;

beforeAll(async () => {
  database = await freshDatabase('account');
  service = await startAccount(database.url);
  ({ keys } = service);
});
afterAll(async () => {
  await service?.close();
  await database?.drop();
});
beforeEach(async () => {
  parent = (await createOrganization(service.client)).name;
});

const credentialInvalid = refusal('UNAUTHENTICATED', 'CREDENTIAL_INVALID');
/** Works as soon as the key's token is known. */
const works = (token: string) => eventually(() => service.client.getOrganization({ name: parent }, as(token)));
const isRefused = (token: string) =>
  eventually(() =>
    expect(service.client.getOrganization({ name: parent }, as(token))).rejects.toEqual(credentialInvalid),
  );

describe('an API key', () => {
  it('is what was created; its token is shown once', async () => {
    const { apiKey, token } = await createKey(keys, parent, [Permission.ORGANIZATION_VIEW], { callsPerMinute: 100 });
    expect(apiKey).toEqual({
      name: expect.stringMatching(new RegExp(`^${parent}/apiKeys/[0-9a-f-]{36}$`)),
      displayName: 'CI',
      environment: Environment.LIVE,
      permissions: [Permission.ORGANIZATION_VIEW],
      workspace: '',
      expireTime: undefined,
      tokenPrefix: token.slice(0, 18),
      previousExpireTime: undefined,
      lastUseTime: undefined,
      callsPerMinute: 100,
      createTime: expect.any(Date),
      updateTime: apiKey!.createTime,
      etag: expect.stringMatching(/./),
    });
    expect(await keys.getApiKey({ name: apiKey!.name })).toEqual(apiKey);
    expect(await keys.listApiKeys({ parent })).toEqual({ apiKeys: [apiKey], nextPageToken: '' });
    const requestId = apiKey!.name.split('/').at(-1)!;
    await expect(keys.createApiKey({ parent, apiKey: { ...apiKey!, name: '' }, requestId })).rejects.toEqual(
      refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED', { metadata: { request_id: requestId } }),
    );
  });

  it('calls in its organization, as far as its permissions go, and no further', async () => {
    const { token, apiKey } = await createKey(keys, parent, [Permission.ORGANIZATION_VIEW]);
    expect((await works(token)).name).toBe(parent);
    await expect(service.directory.listUsers({ parent }, as(token))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'PERMISSION_MISSING', {
        metadata: { permission: 'USERS_VIEW', resource: parent },
      }),
    );
    await expect(service.client.listOrganizations({}, as(token))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'OPERATORS_ONLY', { metadata: { method: 'ListOrganizations' } }),
    );
    const other = (await createOrganization(service.client)).name;
    for (const name of [other, `organizations/${uuidv7()}`])
      await expect(service.client.getOrganization({ name }, as(token))).rejects.toEqual(
        refusal('PERMISSION_DENIED', 'OTHER_ORGANIZATION', { metadata: { resource: name } }),
      );
    expect(apiKey!.lastUseTime).toBeUndefined();
  });

  it('works in its workspace only, and sees no other', async () => {
    const outer = await createWorkspace(service.client, parent, 'Outer');
    const inner = await createWorkspace(service.client, parent, 'Inner', outer.name);
    const beside = await createWorkspace(service.client, parent, 'Beside');
    const workspace = outer.name;
    const { token } = await createKey(keys, parent, [Permission.WORKSPACES_VIEW], { workspace });
    const { workspaces } = await eventually(() => service.client.listWorkspaces({ parent }, as(token)));
    expect(workspaces.map(({ name }) => name)).toEqual([outer.name, inner.name]);
    await expect(service.client.getWorkspace({ name: beside.name }, as(token))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'PERMISSION_MISSING'),
    );
    await expect(service.client.deleteWorkspace({ name: outer.name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'WORKSPACE_NOT_EMPTY', { metadata: { workspace } }),
    );
  });

  it('is refused once it is revoked, at every process, and at every caller with a cache', async () => {
    const other = await startAccount(database.url);
    const cache = new AccessCache({
      open: (requests, options) => service.access.watchAccess(requests, options),
    });
    try {
      const { token, apiKey } = await createKey(keys, parent, [Permission.ORGANIZATION_VIEW]);
      await works(token);
      const known = () => authenticateKey(cache.graph, `Bearer ${token}`)?.principal;
      await eventually(() => expect(known()).toBe(apiKey!.name));
      await eventually(() => other.client.getOrganization({ name: parent }, as(token)));
      await keys.deleteApiKey({ name: apiKey!.name });
      await isRefused(token);
      await eventually(() => expect(known()).toBeUndefined());
      await eventually(() =>
        expect(other.client.getOrganization({ name: parent }, as(token))).rejects.toEqual(credentialInvalid),
      );
      await expect(keys.getApiKey({ name: apiKey!.name })).rejects.toEqual(
        refusal('NOT_FOUND', 'API_KEY_NOT_FOUND', { metadata: { api_key: apiKey!.name } }),
      );
    } finally {
      await cache.close();
      await other.close();
    }
  });

  it('goes on with its old token for as long as a rotation says', async () => {
    const { token: first, apiKey } = await createKey(keys, parent, [Permission.ORGANIZATION_VIEW]);
    const { name } = apiKey!;
    const { token: second, apiKey: rotated } = await keys.rotateApiKey({ name, overlapSeconds: 3_600 });
    expect(rotated!.previousExpireTime!.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    await works(second);
    await works(first);
    const { token: third } = await keys.rotateApiKey({ name });
    await works(third);
    await isRefused(first);
    await isRefused(second);
    await expect(keys.rotateApiKey({ name: `${parent}/apiKeys/${uuidv7()}` })).rejects.toEqual(
      refusal('NOT_FOUND', 'API_KEY_NOT_FOUND'),
    );
  });

  it('changes, and ends by itself', async () => {
    const { token, apiKey } = await createKey(keys, parent, [Permission.ORGANIZATION_VIEW]);
    await works(token);
    const expireTime = new Date(Date.now() + 700);
    const changed = await keys.updateApiKey({ apiKey: { ...apiKey!, displayName: 'New', expireTime } });
    expect(changed).toMatchObject({ displayName: 'New', expireTime });
    await expect(keys.updateApiKey({ apiKey: apiKey! })).rejects.toEqual(refusal('ABORTED', 'ETAG_MISMATCH'));
    await isRefused(token);
  });

  it('says all that is wrong with it at once', async () => {
    const name = `${parent}/apiKeys/${uuidv7()}`;
    const wrong = { name, displayName: '', permissions: [], expireTime: new Date(0) };
    await expect(keys.createApiKey({ parent, apiKey: wrong })).rejects.toEqual(
      invalid(
        'api_key.name',
        'api_key.display_name',
        'api_key.environment',
        'api_key.permissions',
        'api_key.expire_time',
      ),
    );
    const { name: workspace } = await createWorkspace(service.client, parent);
    const test = { environment: Environment.TEST };
    await expect(createKey(keys, parent, [Permission.EMAILS_SEND], test)).rejects.toEqual(
      invalid('api_key.permissions'),
    );
    await expect(createKey(keys, parent, [Permission.USERS_MANAGE], { workspace })).rejects.toEqual(
      invalid('api_key.permissions'),
    );
    const foreign = await createWorkspace(service.client, (await createOrganization(service.client)).name);
    await expect(createKey(keys, parent, [Permission.TEMPLATES_VIEW], { workspace: foreign.name })).rejects.toEqual(
      refusal('NOT_FOUND', 'WORKSPACE_NOT_FOUND'),
    );
  });

  it('gives no one more than it has itself', async () => {
    const { token } = await createKey(keys, parent, [Permission.API_KEYS_MANAGE, Permission.USERS_MANAGE]);
    await works(token).catch((error: unknown) => {
      if (!(error instanceof StatusError && error.code === Code.PERMISSION_DENIED)) throw error;
    });
    const notHeld = (permission: string) =>
      refusal('PERMISSION_DENIED', 'PERMISSION_NOT_HELD', { metadata: { permission } });
    await expect(
      keys.createApiKey(
        { parent, apiKey: { displayName: 'x', environment: Environment.LIVE, permissions: [Permission.AUDIT_VIEW] } },
        as(token),
      ),
    ).rejects.toEqual(notHeld('AUDIT_VIEW'));
    const user = { email: 'x@example.com', displayName: 'x', role: 'roles/admin' };
    await expect(service.directory.createUser({ parent, user }, as(token))).rejects.toEqual(
      notHeld('ORGANIZATION_VIEW'),
    );
    const stronger = await createKey(keys, parent, [Permission.AUDIT_VIEW]);
    await expect(keys.rotateApiKey({ name: stronger.apiKey!.name }, as(token))).rejects.toEqual(notHeld('AUDIT_VIEW'));
  });

  it('is used to the minute, and no more calls than its limit', async () => {
    const { token, apiKey } = await createKey(keys, parent, [Permission.ORGANIZATION_VIEW], { callsPerMinute: 3 });
    await works(token);
    await service.client.getOrganization({ name: parent }, as(token));
    await service.client.getOrganization({ name: parent }, as(token));
    const refused = await service.client.getOrganization({ name: parent }, as(token)).catch((error) => error);
    expect(refused).toEqual(refusal('RESOURCE_EXHAUSTED', 'LIMIT_REACHED', { metadata: { limit: apiKey!.name } }));
    expect(refused.retryDelayMs).toBeGreaterThan(0);
    expect(refused.retryDelayMs).toBeLessThanOrEqual(20_000);
  });

  it('shows when it was last used, once that was written down', async () => {
    const other = await startAccount(database.url);
    const { token, apiKey } = await createKey(keys, parent, [Permission.ORGANIZATION_VIEW]);
    await eventually(() => other.client.getOrganization({ name: parent }, as(token)));
    await other.close(); // writes what it noted
    const { lastUseTime } = await keys.getApiKey({ name: apiKey!.name });
    expect(lastUseTime!.getTime()).toBeGreaterThanOrEqual(apiKey!.createTime!.getTime());
  });
});

describe('whoever stands behind a call', () => {
  it('is nobody with anything but a good token', async () => {
    for (const credential of [
      '',
      ' ',
      'Bearer',
      'Bearer ',
      'Bearer\n',
      'é',
      'Bearer kelp_live_x',
      'Basic abc',
      `Bearer ${'x'.repeat(5_000)}`,
      'x',
    ])
      await expect(service.client.getOrganization({ name: parent }, { context: { credential } })).rejects.toEqual(
        credentialInvalid,
      );
  });

  it('is not who the caller says, but whose token it is', async () => {
    const { token } = await createKey(keys, parent, [Permission.ORGANIZATION_VIEW]);
    await works(token);
    const other = (await createOrganization(service.client)).name;
    const { name: admin } = await createUser(service.directory, other, { role: 'roles/admin' });
    const context = { credential: `Bearer ${token}`, organization: other, actor: admin };
    await expect(service.client.getOrganization({ name: other }, { context })).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'OTHER_ORGANIZATION', { metadata: { resource: other } }),
    );
  });

  it('is kept within the organization that a service calls for', async () => {
    const other = (await createOrganization(service.client)).name;
    const context = { organization: parent };
    await service.client.getOrganization({ name: parent }, { context });
    await expect(service.client.getOrganization({ name: other }, { context })).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'OTHER_ORGANIZATION'),
    );
    const { name: workspace } = await createWorkspace(service.client, other);
    const { name: principal } = await createUser(service.directory, other);
    const collaborator = { workspace, principal, access: WorkspaceAccess.VIEW };
    await expect(service.directory.setCollaborator({ collaborator }, { context })).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'OTHER_ORGANIZATION'),
    );
  });
});
