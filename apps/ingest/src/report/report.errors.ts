import { ErrorReason } from '@kelp/contract-ingest';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'ingest.kelp');

export const queueUnavailable = (cause: unknown) =>
  refuse.unavailable('QUEUE_UNAVAILABLE', 'The queue is away: try again.', { cause });
