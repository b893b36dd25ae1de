import { Code, type StatusError } from '@kelp/status';
import { fromServiceError } from '../status/from-wire.js';
import { Backoff, type BackoffOptions } from './backoff.js';

/** What repeating does not mend: the request is wrong, or not allowed. Everything else is a reason to resume. */
const FATAL = new Set([
  Code.INVALID_ARGUMENT,
  Code.FAILED_PRECONDITION,
  Code.OUT_OF_RANGE,
  Code.PERMISSION_DENIED,
  Code.UNAUTHENTICATED,
  Code.UNIMPLEMENTED,
  Code.NOT_FOUND,
]);

export interface ResumableOptions {
  readonly backoff?: BackoffOptions;
  /** Hears of each failure that led to a reconnect, for logs and counts. */
  onReconnect?(error: StatusError): void;
}

export interface Resuming extends ResumableOptions {
  /** There is nothing left to do: no further stream is opened. */
  isDone?(): boolean;
  /** Repeating does not mend this failure: where the request is wrong or not allowed, unless said otherwise. */
  isFatal?(error: StatusError): boolean;
}

/** One stream, as it goes. */
export interface Attempt {
  /** It did something useful, so the next failure counts as the first one again. */
  progress: boolean;
  /** The server asked to come back, not before this many milliseconds. */
  retryAfterMs?: number;
}

/**
 * Opens one stream after another until `signal` fires: at once where the server asked for a change, else with pauses that
 * grow as long as nothing comes of it.
 * @param stream runs one stream, and says in `attempt` how it goes
 * @throws the first error that repeating does not mend
 */
export async function resume(
  stream: (attempt: Attempt) => Promise<void>,
  signal: AbortSignal,
  { backoff: options, onReconnect, isDone = () => false, isFatal = (error) => FATAL.has(error.code) }: Resuming,
): Promise<void> {
  const backoff = new Backoff(options);
  while (!signal.aborted && !isDone()) {
    const attempt: Attempt = { progress: false };
    let failure: StatusError | undefined;
    try {
      await stream(attempt);
    } catch (thrown) {
      if (signal.aborted) return;
      failure = fromServiceError(thrown);
      if (isFatal(failure)) throw failure;
      onReconnect?.(failure);
    }
    if (attempt.progress) backoff.reset();
    const atOnce = failure === undefined && attempt.progress && attempt.retryAfterMs === 0;
    if (!atOnce && !signal.aborted && !isDone())
      await backoff.pause(signal, attempt.retryAfterMs ?? failure?.retryDelayMs);
  }
}
