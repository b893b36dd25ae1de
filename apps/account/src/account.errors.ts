import { ErrorReason } from '@kelp/contract-account';
import { type FieldViolation, refusals } from '@kelp/status';

export const refuse = refusals(ErrorReason, 'account.kelp');

export const invalidFields = (violations: FieldViolation[]) =>
  refuse.invalidArgument('INVALID_FIELDS', `Wrong fields: ${violations.map(({ field }) => field).join(', ')}.`, {
    violations,
  });

export const etagMismatch = (name: string) =>
  refuse.aborted('ETAG_MISMATCH', `"${name}" has changed meanwhile.`, { metadata: { name } });

export const invalidPageToken = (cause: unknown) =>
  refuse.invalidArgument('INVALID_PAGE_TOKEN', 'The page token was not given by this list.', { cause });

export const requestIdReused = (requestId: string) =>
  refuse.alreadyExists('REQUEST_ID_REUSED', `The request id "${requestId}" was used for another resource.`, {
    metadata: { request_id: requestId },
  });

export const storeUnavailable = (cause: unknown) =>
  refuse.unavailable('STORE_UNAVAILABLE', 'The database is away at the moment.', { cause });
