import { AccessCache } from '@kelp/access';
import {
  type CheckAccessRequest,
  type CheckAccessResponse,
  Permission,
  User_State as State,
  WorkspaceAccess,
} from '@kelp/contract-account';
import { callStream } from '@kelp/rpc';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createOrganization, createUser, createWorkspace } from './make-account.js';
import { invalid, refusal } from './refusal.js';
import { type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let service: RunningAccount;
let parent: string;

beforeAll(async () => {
  database = await freshDatabase('account');
  service = await startAccount(database.url);
});
afterAll(async () => {
  await service?.close();
  await database?.drop();
});
beforeEach(async () => {
  parent = (await createOrganization(service.client)).name;
});

async function collaboration(access = WorkspaceAccess.EDIT) {
  const { client, directory } = service;
  const outer = (await createWorkspace(client, parent, 'Outer')).name;
  const inner = (await createWorkspace(client, parent, 'Inner', outer)).name;
  const user = await createUser(directory, parent);
  await directory.setCollaborator({ collaborator: { workspace: outer, principal: user.name, access } });
  return { outer, inner, user, principal: user.name };
}

describe('a check of access', () => {
  it('sees every change that was answered before it, at whatever process', async () => {
    const other = await startAccount(database.url);
    try {
      const { inner, principal } = await collaboration();
      const question = { principal, permission: Permission.TEMPLATES_PUBLISH, resource: inner };
      for (let round = 0; round < 10; round++) {
        const publishes = round % 2 === 0;
        const access = publishes ? WorkspaceAccess.PUBLISH : WorkspaceAccess.VIEW;
        const workspace = (await service.client.listWorkspaces({ parent })).workspaces[0]!.name;
        await service.directory.setCollaborator({ collaborator: { workspace, principal, access } });
        for (const { access: asked } of [service, other])
          expect((await asked.checkAccess(question)).allowed).toBe(publishes);
      }
    } finally {
      await other.close();
    }
  });

  it('says why, or what is missing', async () => {
    const { inner, outer, principal } = await collaboration();
    const check = (permission: Permission) =>
      service.access.checkAccess({ principal, permission, resource: inner, explain: true });
    const { allowed, steps } = await check(Permission.TEMPLATES_EDIT);
    expect(allowed).toBe(true);
    expect(steps.map(({ relation, object }) => [relation, object])).toEqual([
      ['role', 'roles/editor'],
      ['can_edit', outer],
      ['in', outer],
    ]);
    const refused = await check(Permission.TEMPLATES_PUBLISH);
    expect(refused.allowed).toBe(false);
    expect(refused.steps[0]!.text).toContain('no access');
  });

  it('answers many questions at once, and over one stream', async () => {
    const { inner, outer, principal } = await collaboration();
    const resources = [parent, outer, inner];
    const checks = resources.map((resource) => ({ principal, permission: Permission.TEMPLATES_EDIT, resource }));
    const { results } = await service.access.batchCheckAccess({ checks });
    expect(results.map(({ allowed }) => allowed)).toEqual([false, true, true]);
    const stream = callStream<CheckAccessRequest, CheckAccessResponse>({
      open: (requests, options) => service.access.checkAccessCalls(requests, options),
      idempotent: true,
    });
    try {
      const answers = await Promise.all(checks.map((check) => stream.call({ ...check, explain: false })));
      expect(answers.map(({ allowed }) => allowed)).toEqual([false, true, true]);
      await expect(stream.call({ ...checks[0]!, principal: 'nobody', explain: false })).rejects.toEqual(
        invalid('principal'),
      );
    } finally {
      await stream.close();
    }
  });

  it('lists where somebody may do something, and who may', async () => {
    const { inner, outer, principal } = await collaboration();
    const { name: admin } = await createUser(service.directory, parent, { role: 'roles/admin' });
    const accessible = (who: string) =>
      service.access.listAccessible({ principal: who, permission: Permission.TEMPLATES_EDIT });
    expect((await accessible(principal)).resources).toEqual([outer, inner].sort());
    expect((await accessible(admin)).resources).toEqual([parent]);
    const { principals } = await service.access.listPrincipals({
      permission: Permission.TEMPLATES_EDIT,
      resource: inner,
    });
    expect(principals).toEqual([admin, principal].sort());
  });

  it('refuses what is no question', async () => {
    const { principal } = await collaboration();
    await expect(service.access.checkAccess({ principal, resource: parent })).rejects.toEqual(invalid('permission'));
  });
});

describe('a cache of access', () => {
  it('is kept true by the watch stream: of users, teams, roles, workspaces and their ends', async () => {
    const { directory, access } = service;
    const cache = new AccessCache({ open: (requests, options) => access.watchAccess(requests, options) });
    try {
      await cache.synced;
      const { inner, user, principal } = await collaboration(WorkspaceAccess.PUBLISH);
      const publishes = () => cache.check(principal, Permission.TEMPLATES_PUBLISH, inner);
      await eventually(() => expect(publishes()).toBe(true));
      const suspended = await directory.updateUser({ user: { ...user, state: State.SUSPENDED } });
      await eventually(() => expect(publishes()).toBe(false));
      await directory.updateUser({ user: { ...suspended, state: State.ACTIVE } });
      await eventually(() => expect(publishes()).toBe(true));
      await service.client.deleteWorkspace({ name: inner });
      await eventually(() => expect(publishes()).toBe(false));
      const { name: team } = await directory.createTeam({ parent, team: { displayName: 'T', role: 'roles/admin' } });
      await directory.addTeamMember({ team, user: principal });
      const manages = () => cache.check(principal, Permission.USERS_MANAGE, parent);
      await eventually(() => expect(manages()).toBe(true));
      await directory.deleteTeam({ name: team });
      await eventually(() => expect(manages()).toBe(false));
    } finally {
      await cache.close();
    }
  });

  it('answers as the service does, whatever was changed', async () => {
    const { directory, access } = service;
    const { inner, outer, principal } = await collaboration();
    const role = await directory.createRole({
      parent,
      role: { displayName: 'R', permissions: [Permission.TEMPLATES_VIEW, Permission.AUDIT_VIEW] },
    });
    await directory.updateUser({ user: { name: principal, role: role.name }, updateMask: ['role'] });
    const cache = new AccessCache({ open: (requests, options) => access.watchAccess(requests, options) });
    try {
      await cache.synced;
      const permissions = Object.values(Permission).filter((value): value is Permission => Number(value) > 0);
      const checks = permissions.flatMap((permission) =>
        [parent, outer, inner].map((resource) => ({ principal, permission, resource })),
      );
      const { results } = await access.batchCheckAccess({ checks });
      expect(checks.map((check) => cache.check(check.principal, check.permission, check.resource))).toEqual(
        results.map(({ allowed }) => allowed),
      );
      expect(results.some(({ allowed }) => allowed)).toBe(true);
    } finally {
      await cache.close();
    }
  });

  it('begins anew where its token is too old', async () => {
    const hello = { resumeToken: 'nonsense', creditSequence: 10n, nextSequence: 1n };
    const requests = (async function* () {
      yield { frame: { $case: 'hello' as const, value: hello } };
    })();
    const reading = (async () => {
      for await (const _ of service.access.watchAccess(requests));
    })();
    await expect(reading).rejects.toEqual(refusal('OUT_OF_RANGE', 'RESUME_TOKEN_EXPIRED'));
  });
});
