import { ErrorReason } from '@kelp/contract-template';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'template.kelp');

export const storeUnavailable = (cause: unknown) =>
  refuse.unavailable('STORE_UNAVAILABLE', 'The database is away at the moment.', { cause });
