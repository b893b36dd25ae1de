import { ErrorReason } from '@kelp/contract-analytics';
import { refusals } from '@kelp/status';
import { failureOf } from './database-failure.js';

const refuse = refusals(ErrorReason, 'analytics.kelp');

export const storeUnavailable = (cause: unknown) =>
  refuse.unavailable('STORE_UNAVAILABLE', 'The event store is away at the moment.', { cause });

/** Does what needs the store. @throws STORE_UNAVAILABLE where it is away */
export async function answeredByStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error) === 'away' ? storeUnavailable(error) : error;
  }
}
