import { Permission, User_State as State, WorkspaceAccess } from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { createOrganization, createUser, createWorkspace } from './make-account.js';
import { invalid, refusal } from './refusal.js';
import { type Accounts, type Directory, type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let service: RunningAccount;
let accounts: Accounts;
let directory: Directory;
let parent: string;
let other: string;

beforeAll(async () => {
  database = await freshDatabase('account');
  service = await startAccount(database.url);
  ({ client: accounts, directory } = service);
  other = (await createOrganization(accounts)).name;
});
afterAll(async () => {
  await service?.close();
  await database?.drop();
});
beforeEach(async () => {
  parent = (await createOrganization(accounts)).name;
});

const notFound = (kind: 'user' | 'team' | 'role' | 'invitation', name: string) =>
  refusal('NOT_FOUND', `${kind.toUpperCase()}_NOT_FOUND`, { metadata: { [kind]: name } });

describe('a user', () => {
  it('is what was created, with the address in lower case', async () => {
    const user = await createUser(directory, parent, { email: 'Ann@Example.com', displayName: 'Ann' });
    expect(user).toEqual({
      name: expect.stringMatching(new RegExp(`^${parent}/users/[0-9a-f-]{36}$`)),
      email: 'ann@example.com',
      displayName: 'Ann',
      role: 'roles/editor',
      state: State.ACTIVE,
      createTime: expect.any(Date),
      updateTime: user.createTime,
      etag: expect.stringMatching(/./),
    });
    expect(await directory.getUser({ name: user.name })).toEqual(user);
    expect(await directory.listUsers({ parent })).toEqual({ users: [user], nextPageToken: '' });
  });

  it('is created once, however often the same request comes, and has an address of their own', async () => {
    const email = 'ben@example.com';
    const request = { parent, user: { email, displayName: 'Ben', role: 'roles/viewer' }, requestId: uuidv7() };
    const all = await Promise.all(Array.from({ length: 5 }, () => directory.createUser(request)));
    expect(new Set(all.map(({ etag }) => etag)).size).toBe(1);
    await expect(createUser(directory, parent, { email: 'BEN@example.com' })).rejects.toEqual(
      refusal('ALREADY_EXISTS', 'USER_EXISTS', { metadata: { email } }),
    );
    await createUser(directory, other, { email });
    const elsewhere = { ...request, parent: other, user: { ...request.user, email: 'x@example.com' } };
    await expect(directory.createUser(elsewhere)).rejects.toEqual(
      refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED', { metadata: { request_id: request.requestId } }),
    );
  });

  it('says all that is wrong with them at once', async () => {
    const wrong = { name: `${parent}/users/${uuidv7()}`, email: 'nobody', displayName: '', role: '' };
    await expect(directory.createUser({ parent, user: wrong })).rejects.toEqual(
      invalid('user.name', 'user.email', 'user.display_name'),
    );
    await expect(createUser(directory, parent, { role: '' })).rejects.toEqual(invalid('user.role'));
    await expect(createUser(directory, parent, { role: 'roles/emperor' })).rejects.toEqual(invalid('user.role'));
    const unknown = `organizations/${uuidv7()}`;
    await expect(createUser(directory, unknown)).rejects.toEqual(
      refusal('NOT_FOUND', 'ORGANIZATION_NOT_FOUND', { metadata: { organization: unknown } }),
    );
  });

  it('changes what the mask names, for those who saw the present state', async () => {
    const seen = await createUser(directory, parent);
    const changed = await directory.updateUser({
      user: { ...seen, displayName: 'Changed', role: 'roles/viewer' },
      updateMask: ['role'],
    });
    expect(changed).toMatchObject({ displayName: seen.displayName, role: 'roles/viewer', state: State.ACTIVE });
    await expect(directory.updateUser({ user: seen })).rejects.toEqual(
      refusal('ABORTED', 'ETAG_MISMATCH', { metadata: { name: seen.name } }),
    );
    await expect(directory.deleteUser(seen)).rejects.toEqual(refusal('ABORTED', 'ETAG_MISMATCH'));
    await expect(directory.updateUser({ user: { name: seen.name }, updateMask: ['state'] })).rejects.toEqual(
      invalid('user.state'),
    );
  });

  it('that is the last admin stays one, however many try at once', async () => {
    const admins = await Promise.all([1, 2, 3].map(() => createUser(directory, parent, { role: 'roles/admin' })));
    const results = await Promise.allSettled(admins.map(({ name }) => directory.deleteUser({ name })));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    const { users } = await directory.listUsers({ parent });
    expect(users).toHaveLength(1);
    const refused = refusal('FAILED_PRECONDITION', 'LAST_ADMIN', { metadata: { user: users[0]!.name } });
    const user = { name: users[0]!.name, role: 'roles/viewer', state: State.SUSPENDED };
    await expect(directory.updateUser({ user, updateMask: ['role'] })).rejects.toEqual(refused);
    await expect(directory.updateUser({ user, updateMask: ['state'] })).rejects.toEqual(refused);
    await expect(directory.deleteUser({ name: user.name })).rejects.toEqual(refused);
  });

  it('of another organization, or that does not exist, is not found', async () => {
    const { name } = await createUser(directory, other);
    for (const missing of [name.replace(other, parent), `${parent}/users/${uuidv7()}`]) {
      await expect(directory.getUser({ name: missing })).rejects.toEqual(notFound('user', missing));
      await expect(directory.deleteUser({ name: missing })).rejects.toEqual(notFound('user', missing));
      const user = { name: missing, displayName: 'x', role: 'roles/viewer', state: State.ACTIVE };
      await expect(directory.updateUser({ user })).rejects.toEqual(notFound('user', missing));
    }
  });
});

describe('a role of an organization', () => {
  const newRole = (displayName: string, permissions = [Permission.AUDIT_VIEW]) =>
    directory.createRole({ parent, role: { displayName, permissions } });

  it('is what was created, changes, and goes once nobody has it', async () => {
    const role = await newRole('Auditor');
    expect(await directory.getRole(role)).toEqual(role);
    const user = await createUser(directory, parent, { role: role.name });
    expect(user.role).toBe(role.name);
    await expect(directory.deleteRole({ name: role.name })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'ROLE_IN_USE', { metadata: { role: role.name } }),
    );
    const wider = await directory.updateRole({
      role: { ...role, permissions: [Permission.AUDIT_VIEW, Permission.USERS_VIEW] },
    });
    expect(wider.permissions).toHaveLength(2);
    await directory.deleteUser({ name: user.name });
    await directory.deleteRole({ name: role.name });
    await expect(directory.getRole(role)).rejects.toEqual(notFound('role', role.name));
  });

  it('has a name of its own', async () => {
    await newRole('Auditor');
    const exists = refusal('ALREADY_EXISTS', 'ROLE_EXISTS', { metadata: { display_name: 'Auditor' } });
    await expect(newRole('Auditor')).rejects.toEqual(exists);
    const second = await newRole('Reader');
    await expect(directory.updateRole({ role: { ...second, displayName: 'Auditor' } })).rejects.toEqual(exists);
    expect((await directory.listRoles({ parent })).roles).toHaveLength(2);
  });

  it('is not for users of another organization', async () => {
    const { name: role } = await newRole('Auditor');
    await expect(createUser(directory, other, { role })).rejects.toEqual(notFound('role', role));
    const unknown = `${parent}/roles/${uuidv7()}`;
    await expect(createUser(directory, parent, { role: unknown })).rejects.toEqual(notFound('role', unknown));
  });
});

describe('a team', () => {
  const newTeam = (displayName = 'Design', role = '') => directory.createTeam({ parent, team: { displayName, role } });

  it('is what was created, and has members', async () => {
    const team = await newTeam();
    expect(await directory.getTeam(team)).toEqual(team);
    const users = [await createUser(directory, parent), await createUser(directory, parent)];
    for (const { name } of [...users, users[0]!]) await directory.addTeamMember({ team: team.name, user: name });
    const names = users.map(({ name }) => name);
    const first = await directory.listTeamMembers({ team: team.name, pageSize: 1 });
    const second = await directory.listTeamMembers({ team: team.name, pageSize: 1, pageToken: first.nextPageToken });
    expect([...first.users, ...second.users]).toEqual(names);
    await directory.removeTeamMember({ team: team.name, user: names[0]! });
    await directory.deleteUser({ name: names[1]! });
    expect((await directory.listTeamMembers({ team: team.name })).users).toEqual([]);
    await directory.deleteTeam({ name: team.name });
    await expect(directory.listTeamMembers({ team: team.name })).rejects.toEqual(notFound('team', team.name));
  });

  it('takes no users of another organization', async () => {
    const { name: team } = await newTeam();
    const { name: user } = await createUser(directory, other);
    await expect(directory.addTeamMember({ team, user })).rejects.toEqual(notFound('user', user));
    const forged = user.replace(other, parent);
    await expect(directory.addTeamMember({ team, user: forged })).rejects.toEqual(notFound('user', forged));
  });

  it('has a name of its own, and changes', async () => {
    const team = await newTeam('Design', 'roles/developer');
    const exists = refusal('ALREADY_EXISTS', 'TEAM_EXISTS', { metadata: { display_name: 'Design' } });
    await expect(newTeam('Design')).rejects.toEqual(exists);
    const second = await newTeam('Sales');
    await expect(directory.updateTeam({ team: { ...second, displayName: 'Design' } })).rejects.toEqual(exists);
    expect((await directory.updateTeam({ team: { ...team, role: '' }, updateMask: ['role'] })).role).toBe('');
    expect((await directory.listTeams({ parent })).teams).toHaveLength(2);
  });
});

describe('a collaborator', () => {
  it('is set, changed, listed and removed', async () => {
    const { name: workspace } = await createWorkspace(accounts, parent);
    const { name: user } = await createUser(directory, parent);
    const { name: team } = await directory.createTeam({ parent, team: { displayName: 'Design' } });
    const set = (principal: string, access: WorkspaceAccess) =>
      directory.setCollaborator({ collaborator: { workspace, principal, access } });
    await set(user, WorkspaceAccess.VIEW);
    await set(team, WorkspaceAccess.PUBLISH);
    await set(user, WorkspaceAccess.EDIT);
    expect((await directory.listCollaborators({ workspace })).collaborators).toEqual([
      { workspace, principal: user, access: WorkspaceAccess.EDIT },
      { workspace, principal: team, access: WorkspaceAccess.PUBLISH },
    ]);
    await directory.removeCollaborator({ workspace, principal: user });
    await directory.deleteTeam({ name: team });
    expect((await directory.listCollaborators({ workspace })).collaborators).toEqual([]);
    await expect(set(user, WorkspaceAccess.UNSPECIFIED)).rejects.toEqual(invalid('collaborator.access'));
  });

  it('is of the same organization as the workspace', async () => {
    const { name: workspace } = await createWorkspace(accounts, parent);
    const { name: principal } = await createUser(directory, other);
    const set = (who: string) =>
      directory.setCollaborator({ collaborator: { workspace, principal: who, access: WorkspaceAccess.VIEW } });
    await expect(set(principal)).rejects.toEqual(notFound('user', principal));
    await expect(set(principal.replace(other, parent))).rejects.toEqual(
      notFound('user', principal.replace(other, parent)),
    );
    const missing = `${parent}/workspaces/${uuidv7()}`;
    await expect(directory.listCollaborators({ workspace: missing })).rejects.toEqual(
      refusal('NOT_FOUND', 'WORKSPACE_NOT_FOUND', { metadata: { workspace: missing } }),
    );
  });
});

describe('an invitation', () => {
  const invite = (email = 'new@example.com', role = 'roles/developer') =>
    directory.createInvitation({ parent, invitation: { email, role } });

  it('makes its address a user, once, for whoever has the token', async () => {
    const { invitation, token } = await invite('New@Example.com');
    expect(await directory.listInvitations({ parent })).toEqual({ invitations: [invitation], nextPageToken: '' });
    const accept = () => directory.acceptInvitation({ token, displayName: 'Newcomer' });
    const results = await Promise.allSettled([accept(), accept(), accept()]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const invalidToken = refusal('UNAUTHENTICATED', 'INVITATION_INVALID');
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(invalidToken);
    const { users } = await directory.listUsers({ parent });
    expect(users).toEqual([
      expect.objectContaining({ email: 'new@example.com', role: 'roles/developer', displayName: 'Newcomer' }),
    ]);
    expect((await directory.listInvitations({ parent })).invitations).toEqual([]);
    await expect(invite('new@example.com')).rejects.toEqual(refusal('ALREADY_EXISTS', 'USER_EXISTS'));
  });

  it('ends when it is taken back, or another one takes its place', async () => {
    const first = await invite();
    const second = await invite();
    const accept = (token: string) => directory.acceptInvitation({ token, displayName: 'Newcomer' });
    const refused = refusal('UNAUTHENTICATED', 'INVITATION_INVALID');
    await expect(accept(first.token)).rejects.toEqual(refused);
    await directory.deleteInvitation({ name: second.invitation!.name });
    await expect(accept(second.token)).rejects.toEqual(refused);
    await expect(accept('guessed')).rejects.toEqual(refused);
    await expect(directory.deleteInvitation({ name: second.invitation!.name })).rejects.toEqual(
      notFound('invitation', second.invitation!.name),
    );
  });
});

describe('nested workspaces', () => {
  it('go eight deep, and only the innermost can be deleted', async () => {
    let around = '';
    const names: string[] = [];
    for (let depth = 1; depth <= 8; depth++) {
      around = (await createWorkspace(accounts, parent, `Depth ${depth}`, around)).name;
      names.push(around);
    }
    await expect(createWorkspace(accounts, parent, 'Depth 9', around)).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'WORKSPACES_TOO_DEEP'),
    );
    await expect(accounts.deleteWorkspace({ name: names[6]! })).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'WORKSPACE_NOT_EMPTY', { metadata: { workspace: names[6]! } }),
    );
    await accounts.deleteWorkspace({ name: names[7]! });
    await accounts.deleteWorkspace({ name: names[6]! });
  });

  it('are never in one of another organization', async () => {
    const { name } = await createWorkspace(accounts, other);
    for (const forged of [name, name.replace(other, parent)])
      await expect(createWorkspace(accounts, parent, 'Inside', forged)).rejects.toEqual(
        refusal('NOT_FOUND', 'WORKSPACE_NOT_FOUND', { metadata: { workspace: forged } }),
      );
  });
});
