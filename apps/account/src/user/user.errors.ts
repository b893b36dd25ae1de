import { refuse } from '../account.errors.js';

export const userNotFound = (user: string) =>
  refuse.notFound('USER_NOT_FOUND', `User "${user}" does not exist.`, { metadata: { user } });

export const userExists = (email: string) =>
  refuse.alreadyExists('USER_EXISTS', 'The organization has a user with this address already.', {
    metadata: { email },
  });

export const lastAdmin = (user: string) =>
  refuse.failedPrecondition('LAST_ADMIN', `"${user}" is the last one who may manage the organization.`, {
    metadata: { user },
  });
