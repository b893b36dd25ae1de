import { refuse } from '../account.errors.js';

export const organizationNotFound = (organization: string) =>
  refuse.notFound('ORGANIZATION_NOT_FOUND', `Organization "${organization}" does not exist.`, {
    metadata: { organization },
  });

export const organizationNotEmpty = (organization: string) =>
  refuse.failedPrecondition('ORGANIZATION_NOT_EMPTY', `Organization "${organization}" is not empty.`, {
    metadata: { organization },
  });
