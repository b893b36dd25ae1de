import { type AccessStep, Permission, WorkspaceAccess } from '@kelp/contract-account';
import type { AccessGraph } from './access-graph.js';
import { kindOf, organizationOf } from './names.js';

/** What gives somebody a permission. */
export interface Ground {
  readonly principal: string;
  /** The role that goes far enough; absent for a key, which has permissions of its own. */
  readonly role?: string;
  /** The team that has the role; absent where it is the user's own. */
  readonly roleOf?: string | undefined;
  /** The workspace to which there is access; absent where the permission holds everywhere. */
  readonly workspace?: string;
  /** Who has the access: the user, or a team of theirs. */
  readonly collaborator?: string;
  readonly access?: WorkspaceAccess;
}

const words: Readonly<Record<number, string>> = {
  [WorkspaceAccess.VIEW]: 'can_view',
  [WorkspaceAccess.EDIT]: 'can_edit',
  [WorkspaceAccess.PUBLISH]: 'can_publish',
};

const step = (subject: string, relation: string, object: string, text: string): AccessStep => ({
  subject,
  relation,
  object,
  text: text || `${subject} is ${relation} of ${object}.`,
});

/** Why somebody may do something; or, where they may not, what is missing. */
export function explain(graph: AccessGraph, principal: string, permission: Permission, resource: string): AccessStep[] {
  const ground = graph.ground(principal, permission, resource);
  return ground ? reasons(graph, ground, permission, resource) : missing(graph, principal, permission, resource);
}

function reasons(graph: AccessGraph, ground: Ground, permission: Permission, resource: string): AccessStep[] {
  const { principal, role, roleOf, workspace, collaborator, access } = ground;
  const name = Permission[permission];
  const steps: AccessStep[] = [];
  if (roleOf) steps.push(step(principal, 'member', roleOf, `${principal} is in ${roleOf}.`));
  if (role) {
    const holder = roleOf ?? principal;
    steps.push(step(holder, 'role', role, `${holder} has ${role}, which gives ${name}.`));
  } else {
    steps.push(step(principal, 'permission', name, `${principal} has ${name}.`));
  }
  if (collaborator && collaborator !== principal && collaborator !== roleOf)
    steps.push(step(principal, 'member', collaborator, `${principal} is in ${collaborator}.`));
  if (collaborator && workspace && access !== undefined) {
    const relation = words[access] ?? String(access);
    steps.push(step(collaborator, relation, workspace, `${collaborator} ${relation.replace('_', ' ')} ${workspace}.`));
  }
  if (workspace && workspace !== resource) {
    const path = [...graph.around(resource)];
    for (const inner of path.slice(0, path.indexOf(workspace))) {
      const outer = graph.facts.workspaces.get(inner)!;
      steps.push(step(inner, 'in', outer, `${inner} is in ${outer}.`));
    }
  }
  return steps;
}

function missing(graph: AccessGraph, principal: string, permission: Permission, resource: string): AccessStep[] {
  const { facts } = graph;
  const name = Permission[permission];
  const lacks = (relation: string, object: string, text: string) => [step(principal, relation, object, text)];
  const organization = organizationOf(principal);
  if (organizationOf(resource) !== organization)
    return lacks('in', organizationOf(resource), `${principal} is not in ${organizationOf(resource)}.`);
  if (resource !== organization && !facts.workspaces.has(resource))
    return lacks('resource', resource, `${resource} does not exist.`);
  if (kindOf(principal) === 'apiKeys') {
    const key = facts.keys.get(principal);
    if (!key) return lacks('exists', principal, `${principal} does not exist.`);
    if (!key.permissions.includes(permission)) return lacks('permission', name, `${principal} lacks ${name}.`);
    return key.workspace
      ? lacks('workspace', key.workspace, `${principal} works in ${key.workspace} only.`)
      : lacks('active', principal, `${principal} has ended, or is a test key, which never sends.`);
  }
  const user = facts.users.get(principal);
  if (!user) return lacks('exists', principal, `${principal} does not exist.`);
  if (!facts.isActive(user)) return lacks('active', principal, `${principal} is suspended.`);
  const roles = [user.role, ...[...facts.teamsOf.of(principal)].map((team) => facts.teamRoles.get(team) ?? '')];
  const goesThatFar = roles.some((role) => {
    const gives = facts.role(role);
    return gives?.organization.has(permission) || gives?.workspace.has(permission);
  });
  if (!goesThatFar) return lacks('role', user.role, `No role of ${principal} gives ${name}.`);
  return lacks('access', resource, `${principal} has no access to ${resource} that gives ${name}.`);
}
