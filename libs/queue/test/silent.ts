import { logger } from '@kelp/telemetry';

/** A log for tests that break things on purpose. */
export const silent = logger('test', 'silent');
