import { ErrorReason } from '@kelp/contract-analytics';
import { InvalidPageToken } from '@kelp/resource';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'analytics.kelp');

/** Reads a page token. @throws INVALID_PAGE_TOKEN */
export function pageTokenOf<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidPageToken)) throw error;
    throw refuse.invalidArgument('INVALID_PAGE_TOKEN', error.message, { cause: error });
  }
}
