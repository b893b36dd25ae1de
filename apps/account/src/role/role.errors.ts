import { refuse } from '../account.errors.js';

export const roleNotFound = (role: string) =>
  refuse.notFound('ROLE_NOT_FOUND', `Role "${role}" does not exist.`, { metadata: { role } });

export const roleExists = (displayName: string) =>
  refuse.alreadyExists('ROLE_EXISTS', `The organization has a role "${displayName}" already.`, {
    metadata: { display_name: displayName },
  });

export const roleInUse = (role: string) =>
  refuse.failedPrecondition('ROLE_IN_USE', `Users, teams or invitations have the role "${role}".`, {
    metadata: { role },
  });
