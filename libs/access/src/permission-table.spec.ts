import { Permission, User_State as State, WorkspaceAccess } from '@kelp/contract-account';
import { AccessGraph } from './access-graph.js';
import { explain } from './ground.js';
import { accessTable, organizationPermissions, roleTable, workspacePermissions } from './permission-table.js';

const organization = `organizations/${'0'.repeat(36)}`;
const user = `${organization}/users/u`;
const workspace = `${organization}/workspaces/w`;

/** A user with a role, and an access to the only workspace. */
function graphOf(role: string, access: WorkspaceAccess | undefined): AccessGraph {
  const graph = new AccessGraph();
  graph.apply({ key: 'w', fact: { $case: 'workspace', value: { name: workspace, parentWorkspace: '' } } });
  graph.apply({ key: 'u', fact: { $case: 'user', value: { name: user, role, state: State.ACTIVE } } });
  if (access !== undefined)
    graph.apply({ key: 'c', fact: { $case: 'collaborator', value: { workspace, principal: user, access } } });
  return graph;
}

const O = '·';
/**
 * The whole table, as people read it: a row a permission, a column a role without access, then with the access to view,
 * to edit and to publish. A cell that changes here is a change of what people may do.
 */
const table = `
                      admin  developer  editor  viewer
ORGANIZATION_VIEW     XXXX   XXXX       XXXX    XXXX
ORGANIZATION_MANAGE   XXXX   ····       ····    ····
USERS_VIEW            XXXX   XXXX       XXXX    ····
USERS_MANAGE          XXXX   ····       ····    ····
API_KEYS_MANAGE       XXXX   XXXX       ····    ····
CONNECTIONS_VIEW      XXXX   XXXX       ····    ····
CONNECTIONS_MANAGE    XXXX   XXXX       ····    ····
AUDIT_VIEW            XXXX   ····       ····    ····
WORKSPACES_MANAGE     XXXX   ····       ····    ····
WORKSPACES_VIEW       XXXX   ·XXX       ·XXX    ·XXX
TEMPLATES_VIEW        XXXX   ·XXX       ·XXX    ·XXX
TEMPLATES_EDIT        XXXX   ··XX       ··XX    ····
TEMPLATES_PUBLISH     XXXX   ···X       ···X    ····
COMMENTS_WRITE        XXXX   ·XXX       ·XXX    ·XXX
TEMPLATES_RENDER      XXXX   ··XX       ····    ····
EMAILS_SEND           XXXX   ···X       ····    ····
ANALYTICS_VIEW        XXXX   ·XXX       ·XXX    ·XXX
CODE_EDIT             XXXX   ··XX       ····    ····
`;

const [heading = '', ...rows] = table.trim().split('\n');
const roles = heading.trim().split(/\s+/);
const accesses = [undefined, WorkspaceAccess.VIEW, WorkspaceAccess.EDIT, WorkspaceAccess.PUBLISH];
const cells = rows.flatMap((row) => {
  const [permission = '', ...columns] = row.trim().split(/\s+/);
  return columns.flatMap((column, at) =>
    accesses.map((access, index) => ({ permission, role: `roles/${roles[at]}`, access, allowed: column[index] !== O })),
  );
});

describe('the permission table', () => {
  it.each(cells)('$role with access $access: $permission is $allowed', ({ permission, role, access, allowed }) => {
    const graph = graphOf(role, access);
    const asked = Permission[permission as keyof typeof Permission];
    expect(graph.check(user, asked, workspace)).toBe(allowed);
    expect(explain(graph, user, asked, workspace)).not.toEqual([]);
  });

  it('has a row for every permission there is, and a column for every role', () => {
    const known = Object.values(Permission).filter((value) => typeof value === 'number' && value > 0);
    expect(new Set([...organizationPermissions, ...workspacePermissions])).toEqual(new Set(known));
    expect(rows).toHaveLength(known.length);
    expect(roles.map((role) => `roles/${role}`)).toEqual(Object.keys(roleTable));
    expect(Object.keys(accessTable).map(Number)).toEqual(accesses.slice(1));
  });

  it('gives nothing to who is suspended', () => {
    for (const role of Object.keys(roleTable)) {
      const graph = graphOf(role, WorkspaceAccess.PUBLISH);
      graph.apply({ key: 'u', fact: { $case: 'user', value: { name: user, role, state: State.SUSPENDED } } });
      for (const permission of [...organizationPermissions, ...workspacePermissions])
        expect(graph.check(user, permission, workspace)).toBe(false);
    }
  });
});
