import { ErrorReason } from '@kelp/contract-template';
import { type FieldViolation, refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'template.kelp');

export const invalidFields = (violations: FieldViolation[]) =>
  refuse.invalidArgument('INVALID_FIELDS', `Wrong fields: ${violations.map(({ field }) => field).join(', ')}.`, {
    violations,
  });

export const templateNotFound = (template: string) =>
  refuse.notFound('TEMPLATE_NOT_FOUND', `Template "${template}" does not exist.`, { metadata: { template } });

export const versionNotFound = (version: string) =>
  refuse.notFound('VERSION_NOT_FOUND', `Version "${version}" does not exist.`, { metadata: { version } });

export const revisionNotFound = (revision: string) =>
  refuse.notFound('REVISION_NOT_FOUND', `Revision "${revision}" does not exist.`, { metadata: { revision } });

export const notPublished = (template: string) =>
  refuse.failedPrecondition('NOT_PUBLISHED', `Template "${template}" is not published.`, { metadata: { template } });

export const templatePublished = (template: string) =>
  refuse.failedPrecondition('TEMPLATE_PUBLISHED', `Template "${template}" was published, so it stays.`, {
    metadata: { template },
  });

export const templateArchived = (template: string) =>
  refuse.failedPrecondition('TEMPLATE_ARCHIVED', `Template "${template}" is archived: take it back first.`, {
    metadata: { template },
  });

export const etagMismatch = (template: string) =>
  refuse.aborted('ETAG_MISMATCH', `Template "${template}" has changed meanwhile.`, { metadata: { template } });

export const invalidPageToken = (cause: unknown) =>
  refuse.invalidArgument('INVALID_PAGE_TOKEN', 'The page token was not given by this list.', { cause });

export const requestIdReused = (requestId: string) =>
  refuse.alreadyExists('REQUEST_ID_REUSED', `The request id "${requestId}" was used for another resource.`, {
    metadata: { requestId },
  });

export const resumeTokenExpired = (cause: unknown) =>
  refuse.outOfRange('RESUME_TOKEN_EXPIRED', 'The resume token is too old; start with an empty one.', { cause });
