import type {
  CreateRoleRequest,
  DeleteRoleRequest,
  GetRoleRequest,
  ListRolesRequest,
  ListRolesResponse,
  Role,
  UpdateRoleRequest,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { GivingRule } from '../access/giving-rule.js';
import { etagMismatch, invalidFields, requestIdReused } from '../account.errors.js';
import { displayNameViolations, given, newDisplayName } from '../account.fields.js';
import { organizationName, partsOf, roleName } from '../account.names.js';
import { pageOf } from '../page.js';
import { roleExists, roleNotFound } from './role.errors.js';
import type { RoleFields, RoleRepository } from './role.repository.js';

/** What people do to their organization's own roles. */
@Injectable()
export class RoleService {
  constructor(
    private readonly roles: RoleRepository,
    private readonly giving: GivingRule,
  ) {}

  /** The request's id becomes the role's, so that a second call finds what the first one made. */
  async create({ parent, role, requestId }: CreateRoleRequest): Promise<Role> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const displayName = newDisplayName('role', role);
    const permissions = given('role', role).permissions;
    await this.giving.requirePermissions(permissions);
    const id = { organization, role: requestId || uuidv7() };
    const created = (await this.roles.create(id, { displayName, permissions })) ?? (await this.roles.find(id));
    if (created) return created;
    throw requestId && (await this.isNameFree(organization, displayName))
      ? requestIdReused(requestId)
      : roleExists(displayName);
  }

  async get({ name }: GetRoleRequest): Promise<Role> {
    const role = await this.roles.find(partsOf(roleName, name, 'name'));
    if (!role) throw roleNotFound(name);
    return role;
  }

  async list({ parent, ...page }: ListRolesRequest): Promise<ListRolesResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/roles`, (after, limit) =>
      this.roles.list(organization, after, limit),
    );
    return { roles: items, nextPageToken };
  }

  async update(request: UpdateRoleRequest): Promise<Role> {
    const role = given('role', request.role);
    const { name, etag } = role;
    const id = partsOf(roleName, name, 'role.name');
    const fields = changedFields(role, request.updateMask);
    if (fields.permissions) await this.giving.requirePermissions(fields.permissions);
    const updated = await this.roles.update(id, etag, fields);
    if (updated) return updated;
    throw (await this.roles.find(id)) ? etagMismatch(name) : roleNotFound(name);
  }

  async delete({ name, etag }: DeleteRoleRequest): Promise<void> {
    const id = partsOf(roleName, name, 'name');
    if (await this.roles.delete(id, etag)) return;
    throw (await this.roles.find(id)) ? etagMismatch(name) : roleNotFound(name);
  }

  private async isNameFree(organization: string, displayName: string): Promise<boolean> {
    const roles = await this.roles.list(organization, undefined, 1_000);
    return roles.every((role) => role.displayName !== displayName);
  }
}

function changedFields({ displayName, permissions }: Role, updateMask: readonly string[] = []): Partial<RoleFields> {
  const paths = updateMask.length > 0 ? updateMask : ['display_name', 'permissions'];
  const violations = paths.includes('display_name') ? displayNameViolations('role.display_name', displayName) : [];
  if (violations.length > 0) throw invalidFields(violations);
  return {
    ...(paths.includes('display_name') && { displayName }),
    ...(paths.includes('permissions') && { permissions }),
  };
}
