import { organizationPermissions } from '@kelp/access';
import { type ApiKey, ApiKey_Environment as Environment, Permission } from '@kelp/contract-account';
import type { FieldViolation } from '@kelp/status';
import { invalidFields } from '../account.errors.js';
import { displayNameViolations, newNameViolations } from '../account.fields.js';
import type { ApiKeyFields } from './api-key.repository.js';

const ofOrganization: ReadonlySet<Permission> = new Set(organizationPermissions);

const permissionViolations = ({ permissions, environment, workspace }: ApiKey): FieldViolation[] => {
  const field = 'api_key.permissions';
  if (permissions.length === 0) return [{ field, description: 'Must have at least 1 item.' }];
  if (environment === Environment.TEST && permissions.includes(Permission.EMAILS_SEND))
    return [{ field, description: 'A test key never sends.' }];
  if (workspace && permissions.some((permission) => ofOrganization.has(permission)))
    return [{ field, description: 'A key for one workspace has permissions of workspaces only.' }];
  return [];
};

const expiryViolations = ({ expireTime }: ApiKey): FieldViolation[] =>
  expireTime && expireTime.getTime() <= Date.now()
    ? [{ field: 'api_key.expire_time', description: 'Must be in the future.' }]
    : [];

/** @throws INVALID_FIELDS with all that is wrong with a new key */
export function requireNewKey(key: ApiKey): void {
  const violations = [
    ...newNameViolations('api_key.name', key.name),
    ...displayNameViolations('api_key.display_name', key.displayName),
    ...(key.environment === Environment.UNSPECIFIED
      ? [{ field: 'api_key.environment', description: 'Must be set.' }]
      : []),
    ...permissionViolations(key),
    ...expiryViolations(key),
  ];
  if (violations.length > 0) throw invalidFields(violations);
}

/**
 * What a request changes of a key: everything where the mask is empty.
 * @param current the key as it is: environment and workspace, which never change, say which permissions are good
 * @throws INVALID_FIELDS with all that is wrong
 */
export function changedKey(key: ApiKey, current: ApiKey, updateMask: readonly string[] = []): Partial<ApiKeyFields> {
  const paths = updateMask.length > 0 ? updateMask : ['display_name', 'permissions', 'expire_time', 'calls_per_minute'];
  const has = (path: string) => paths.includes(path);
  const { environment, workspace } = current;
  const violations = [
    ...(has('display_name') ? displayNameViolations('api_key.display_name', key.displayName) : []),
    ...(has('permissions') ? permissionViolations({ ...key, environment, workspace }) : []),
    ...(has('expire_time') ? expiryViolations(key) : []),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  return {
    ...(has('display_name') && { displayName: key.displayName }),
    ...(has('permissions') && { permissions: key.permissions }),
    ...(has('expire_time') && { expireTime: key.expireTime ?? null }),
    ...(has('calls_per_minute') && { callsPerMinute: key.callsPerMinute }),
  };
}
