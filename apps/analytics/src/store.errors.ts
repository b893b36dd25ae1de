import { ErrorReason } from '@kelp/contract-analytics';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'analytics.kelp');

export const storeUnavailable = (cause: unknown) =>
  refuse.unavailable('STORE_UNAVAILABLE', 'The event store is away at the moment.', { cause });
