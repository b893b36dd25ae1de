import {
  type AccessChange,
  ApiKey_Environment,
  type ApiKeyFact,
  Permission,
  type WorkspaceAccess,
} from '@kelp/contract-account';
import { accessGives, Facts, type Gives } from './facts.js';
import type { Ground } from './ground.js';
import { isOfSameOrganization, isOrganization, kindOf, organizationOf } from './names.js';
import { organizationPermissions } from './permission-table.js';

const isOfOrganization: ReadonlySet<Permission> = new Set(organizationPermissions);

/** Who may do what, as far as the facts say that it has. Answers at once, from memory. */
export class AccessGraph {
  readonly facts = new Facts();

  apply(change: AccessChange): void {
    this.facts.apply(change);
  }

  /**
   * Whether a user or key may do something with an organization or workspace. What is unknown may do nothing, and nobody
   * may do anything with what is unknown.
   */
  check(principal: string, permission: Permission, resource: string): boolean {
    return this.ground(principal, permission, resource) !== undefined;
  }

  /** What gives the permission; undefined where nothing does. */
  ground(principal: string, permission: Permission, resource: string): Ground | undefined {
    if (!isOfSameOrganization(principal, resource)) return undefined;
    if (!isOrganization(resource) && !this.facts.workspaces.has(resource)) return undefined;
    const key = this.facts.keys.get(principal);
    if (key) return this.keyGround(key, permission, resource);
    const user = this.facts.users.get(principal);
    if (!user || !this.facts.isActive(user)) return undefined;
    const own = this.roleGround(principal, user.role, undefined, permission, resource);
    if (own) return own;
    for (const team of this.facts.teamsOf.of(principal)) {
      const role = this.facts.teamRoles.get(team);
      const ground = role ? this.roleGround(principal, role, team, permission, resource) : undefined;
      if (ground) return ground;
    }
    return undefined;
  }

  /** Whether somebody may do something somewhere in their organization. */
  checkSomewhere(principal: string, permission: Permission): boolean {
    const organization = organizationOf(principal);
    if (this.check(principal, permission, organization)) return true;
    if (isOfOrganization.has(permission)) return false;
    for (const workspace of this.facts.namesOf(organization, 'workspaces'))
      if (this.check(principal, permission, workspace)) return true;
    return false;
  }

  /** The organization, where the permission holds everywhere in it; otherwise the workspaces where it does, by name. */
  accessible(principal: string, permission: Permission): string[] {
    const organization = organizationOf(principal);
    if (this.check(principal, permission, organization)) return [organization];
    return this.facts
      .namesOf(organization, 'workspaces')
      .filter((workspace) => this.check(principal, permission, workspace));
  }

  /** The users and keys that have the permission, by name. */
  principals(permission: Permission, resource: string): string[] {
    const organization = organizationOf(resource);
    const all = [...this.facts.namesOf(organization, 'users'), ...this.facts.namesOf(organization, 'keys')];
    return all.filter((principal) => this.check(principal, permission, resource)).sort();
  }

  /** The first of these permissions that no role or key of somebody goes as far as to give; undefined where all are. */
  lacking(principal: string, permissions: Iterable<Permission>): Permission | undefined {
    const rows = this.rolesOf(principal);
    const key = this.facts.keys.get(principal);
    for (const permission of permissions) {
      const isHeld =
        key?.permissions.includes(permission) ||
        rows.some(({ organization, workspace }) =>
          (isOfOrganization.has(permission) ? organization : workspace).has(permission),
        );
      if (!isHeld) return permission;
    }
    return undefined;
  }

  /** What of a role somebody lacks, as `lacking` does. Who may do everything everywhere is equalled by their like only. */
  lackingOfRole(principal: string, role: string): Permission | undefined {
    const gives = this.facts.role(role);
    if (!gives) return undefined;
    const lacking = this.lacking(principal, [...gives.organization, ...gives.workspace]);
    if (lacking !== undefined || !gives.everywhere) return lacking;
    return this.rolesOf(principal).some(({ everywhere }) => everywhere) ? undefined : Permission.ORGANIZATION_MANAGE;
  }

  /** What the roles of a user give, their own and their teams'. */
  private rolesOf(principal: string): Gives[] {
    const user = this.facts.users.get(principal);
    if (!user || !this.facts.isActive(user)) return [];
    const teams = [...this.facts.teamsOf.of(principal)].map((team) => this.facts.teamRoles.get(team) ?? '');
    return [user.role, ...teams].flatMap((role) => this.facts.role(role) ?? []);
  }

  private roleGround(
    principal: string,
    role: string,
    roleOf: string | undefined,
    permission: Permission,
    resource: string,
  ): Ground | undefined {
    const gives = this.facts.role(role);
    if (!gives) return undefined;
    if (isOfOrganization.has(permission))
      return gives.organization.has(permission) ? { principal, role, roleOf } : undefined;
    if (!gives.workspace.has(permission)) return undefined;
    if (gives.everywhere) return { principal, role, roleOf };
    const { collaborators, workspaces } = this.facts;
    for (let workspace: string | undefined = resource; workspace; workspace = workspaces.get(workspace)) {
      const there = collaborators.get(workspace);
      const collaborator = there && this.collaboratorIn(there, principal, permission);
      if (collaborator) return { principal, role, roleOf, workspace, ...collaborator };
    }
    return undefined;
  }

  /** Who of a user and their teams has enough access to a workspace. */
  private collaboratorIn(
    there: ReadonlyMap<string, WorkspaceAccess>,
    principal: string,
    permission: Permission,
  ): Pick<Ground, 'collaborator' | 'access'> | undefined {
    const own = there.get(principal);
    if (own !== undefined && accessGives.get(own)?.has(permission)) return { collaborator: principal, access: own };
    for (const team of this.facts.teamsOf.of(principal)) {
      const access = there.get(team);
      if (access !== undefined && accessGives.get(access)?.has(permission)) return { collaborator: team, access };
    }
    return undefined;
  }

  private keyGround(key: ApiKeyFact, permission: Permission, resource: string): Ground | undefined {
    if (!key.permissions.includes(permission) || hasEnded(key.expireTime)) return undefined;
    if (permission === Permission.EMAILS_SEND && key.environment !== ApiKey_Environment.LIVE) return undefined;
    if (!key.workspace) return { principal: key.name };
    for (const workspace of this.around(resource))
      if (workspace === key.workspace) return { principal: key.name, workspace };
    return undefined;
  }

  /** A workspace, and those around it, from the inside out. */
  *around(resource: string): Generator<string> {
    if (kindOf(resource) !== 'workspaces') return;
    for (let workspace = resource; workspace; workspace = this.facts.workspaces.get(workspace) ?? '') yield workspace;
  }
}

const hasEnded = (time: Date | undefined): boolean => time !== undefined && time.getTime() <= Date.now();
