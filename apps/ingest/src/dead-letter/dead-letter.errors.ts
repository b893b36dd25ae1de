import { ErrorReason } from '@kelp/contract-ingest';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'ingest.kelp');

export const notAnEdge = () =>
  refuse.failedPrecondition('NOT_AN_EDGE', 'This process takes no webhooks, so it knows no connections.');

export const invalidPageToken = (cause: unknown) =>
  refuse.invalidArgument('INVALID_PAGE_TOKEN', 'The page token is not one that this list gave.', { cause });
