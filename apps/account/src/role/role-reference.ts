import { type BuiltInRole, roleTable } from '@kelp/access';
import { invalidFields } from '../account.errors.js';
import { roleName } from '../account.names.js';
import { roleNotFound } from './role.errors.js';

/** A role, as rows refer to it: one of those that all organizations have, or one of the organization's own. */
export interface RoleReference {
  readonly builtInRole: string | null;
  readonly roleId: string | null;
}

const BUILT_IN = 'roles/';

/**
 * @param field where the name stands in the request
 * @throws INVALID_FIELDS where it is no role's, ROLE_NOT_FOUND where it is another organization's
 */
export function roleReference(organization: string, name: string, field: string): RoleReference {
  if (Object.hasOwn(roleTable, name)) return { builtInRole: name.slice(BUILT_IN.length), roleId: null };
  const parts = roleName.parse(name);
  if (!parts) {
    const description = `Must be ${(Object.keys(roleTable) as BuiltInRole[]).join(', ')}, or ${roleName.pattern}.`;
    throw invalidFields([{ field, description }]);
  }
  if (parts.organization !== organization) throw roleNotFound(name);
  return { builtInRole: null, roleId: parts.role };
}

/** The name of a role; empty where there is none. */
export function nameOfRole(organization: string, { builtInRole, roleId }: RoleReference): string {
  if (builtInRole) return `${BUILT_IN}${builtInRole}`;
  return roleId ? roleName.format({ organization, role: roleId }) : '';
}
