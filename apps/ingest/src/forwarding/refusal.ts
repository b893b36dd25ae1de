import { Code, StatusError } from '@kelp/status';

/** What the event store says where the events themselves are wrong: the same events again would be as wrong. */
const REASONS: ReadonlySet<string> = new Set(['INVALID_EVENT', 'INVALID_FIELDS']);

/** Whether the event store refused events for what they are, rather than being away, or us being wrong about it. */
export const isRefusal = (error: unknown): error is StatusError =>
  error instanceof StatusError && error.code === Code.INVALID_ARGUMENT && REASONS.has(error.reason);
