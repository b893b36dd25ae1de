import {
  AccessContract,
  AccountContract,
  ApiKeyContract,
  DirectoryContract,
  Permission,
  WorkspaceAccess,
} from '@kelp/contract-account';
import { type Channel, client } from '@kelp/rpc';

/** Typed clients of the account service. */
export const accountOf = (channel: Channel) => ({
  accounts: client(AccountContract, channel),
  directory: client(DirectoryContract, channel),
  keys: client(ApiKeyContract, channel),
  access: client(AccessContract, channel),
});
export type Account = ReturnType<typeof accountOf>;

const USERS = 50;
const WORKSPACES = 20;

/** An organization with users, a team and nested workspaces, and questions about all of them. */
export async function furnish({ accounts, directory }: Account) {
  const { name: parent } = await accounts.createOrganization({ organization: { displayName: 'Bench' } });
  const { name: team } = await directory.createTeam({ parent, team: { displayName: 'Team' } });
  const users: string[] = [];
  for (let n = 0; n < USERS; n++) {
    const user = { email: `u${n}@example.com`, displayName: `U${n}`, role: n % 2 ? 'roles/editor' : 'roles/developer' };
    const { name } = await directory.createUser({ parent, user });
    users.push(name);
    if (n % 3 === 0) await directory.addTeamMember({ team, user: name });
  }
  const workspaces: string[] = [];
  for (let n = 0; n < WORKSPACES; n++) {
    const parentWorkspace = n % 4 === 0 ? '' : workspaces[n - 1]!;
    const workspace = { displayName: `W${n}`, parentWorkspace };
    workspaces.push((await accounts.createWorkspace({ parent, workspace })).name);
  }
  for (const [n, workspace] of workspaces.entries()) {
    if (n % 4 !== 0) continue;
    for (const principal of [team, ...users.slice(n, n + 5)])
      await directory.setCollaborator({ collaborator: { workspace, principal, access: WorkspaceAccess.EDIT } });
  }
  const permissions = [Permission.TEMPLATES_VIEW, Permission.TEMPLATES_EDIT, Permission.TEMPLATES_PUBLISH];
  const questions = users.flatMap((principal) =>
    workspaces.flatMap((resource) => permissions.map((permission) => ({ principal, permission, resource }))),
  );
  return { parent, questions };
}
