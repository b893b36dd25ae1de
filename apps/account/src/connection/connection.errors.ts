import { refuse } from '../account.errors.js';

export const connectionNotFound = (connection: string) =>
  refuse.notFound('CONNECTION_NOT_FOUND', `Connection "${connection}" does not exist.`, { metadata: { connection } });

export const resumeTokenExpired = (cause: unknown) =>
  refuse.outOfRange('RESUME_TOKEN_EXPIRED', 'The resume token is too old; start with an empty one.', { cause });
