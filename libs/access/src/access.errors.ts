import { ErrorReason, Permission } from '@kelp/contract-account';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'account.kelp');

/** Unknown, wrong, ended, revoked, suspended: nobody is told which. */
export const credentialInvalid = () =>
  refuse.unauthenticated('CREDENTIAL_INVALID', 'The key or token is not a good one, or has ended.');

export const accessUnknown = () =>
  refuse.unavailable('ACCESS_UNKNOWN', 'Who may do what has not been heard of yet.', { retryDelayMs: 500 });

/** The same whether the resource exists or not. */
export const permissionMissing = (permission: Permission, resource: string) =>
  refuse.permissionDenied(
    'PERMISSION_MISSING',
    `The permission ${Permission[permission]} is missing for "${resource}".`,
    {
      metadata: { permission: Permission[permission] ?? String(permission), resource },
    },
  );

export const otherOrganization = (resource: string) =>
  refuse.permissionDenied('OTHER_ORGANIZATION', `"${resource}" is not of the caller's organization.`, {
    metadata: { resource },
  });

export const operatorsOnly = (method: string) =>
  refuse.permissionDenied('OPERATORS_ONLY', `${method} is for operators and services.`, { metadata: { method } });

export const usersOnly = (method: string) =>
  refuse.permissionDenied('USERS_ONLY', `${method} is for users who have signed in, about themselves.`, {
    metadata: { method },
  });

export const permissionNotHeld = (permission: Permission) =>
  refuse.permissionDenied(
    'PERMISSION_NOT_HELD',
    `Nobody gives others what they lack themselves: ${Permission[permission]}.`,
    { metadata: { permission: Permission[permission] ?? String(permission) } },
  );

export const limitReached = (of: string, retryDelayMs: number) =>
  refuse.resourceExhausted('LIMIT_REACHED', `"${of}" has made its calls of this minute.`, {
    metadata: { limit: of },
    retryDelayMs,
  });
