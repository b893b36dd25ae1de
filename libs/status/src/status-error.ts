import { Code } from './code.js';

/** One wrong field of a request. */
export interface FieldViolation {
  /** Its path, in the contract's spelling, such as `connection.display_name`. */
  field: string;
  /** Why it is wrong. */
  description: string;
}

export interface StatusErrorOptions {
  /** What varies in the message, by name. */
  metadata?: Record<string, string>;
  /** Which fields of the request were wrong. */
  violations?: FieldViolation[];
  /** How long to wait before the next try, in milliseconds. */
  retryDelayMs?: number;
  /** What led to it: for our log, never for the caller. */
  cause?: unknown;
}

/**
 * The one error that Kelp's services throw on purpose, and that their clients throw again: `google.rpc.Status` with its
 * details. Whatever else is thrown inside a call reaches the caller as INTERNAL and says nothing.
 */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryDelayMs?: number;

  constructor(
    readonly code: Code,
    /** A constant of the service's `ErrorReason`; empty where the transport itself failed. Switch on it, never on the message. */
    readonly reason: string,
    message: string,
    /** Who gave the reason, such as `account.kelp`. */
    readonly domain: string,
    { metadata = {}, violations = [], retryDelayMs, cause }: StatusErrorOptions = {},
  ) {
    super(message, { cause });
    this.metadata = metadata;
    this.violations = violations;
    if (retryDelayMs !== undefined) this.retryDelayMs = retryDelayMs;
  }
}

type ReasonOf<E> = Exclude<Extract<keyof E, string>, 'UNSPECIFIED' | 'UNRECOGNIZED'>;
type Refuse<Reason> = (reason: Reason, message: string, options?: StatusErrorOptions) => StatusError;

/** One factory for each code that services refuse with. */
export interface Refusals<Reason> {
  invalidArgument: Refuse<Reason>;
  notFound: Refuse<Reason>;
  alreadyExists: Refuse<Reason>;
  permissionDenied: Refuse<Reason>;
  unauthenticated: Refuse<Reason>;
  failedPrecondition: Refuse<Reason>;
  aborted: Refuse<Reason>;
  outOfRange: Refuse<Reason>;
  resourceExhausted: Refuse<Reason>;
  unavailable: Refuse<Reason>;
}

/**
 * The refusals of one service: a factory a code, whose reasons are the contract's.
 *
 *     const refuse = refusals(ErrorReason, 'account.kelp');
 *     export const connectionNotFound = (connection: string) =>
 *       refuse.notFound('CONNECTION_NOT_FOUND', `Connection "${connection}" does not exist.`, { metadata: { connection } });
 */
export function refusals<E extends object>(_reasons: E, domain: string): Refusals<ReasonOf<E>> {
  const refuse =
    (code: Code): Refuse<ReasonOf<E>> =>
    (reason, message, options) =>
      new StatusError(code, reason, message, domain, options);
  return {
    invalidArgument: refuse(Code.INVALID_ARGUMENT),
    notFound: refuse(Code.NOT_FOUND),
    alreadyExists: refuse(Code.ALREADY_EXISTS),
    permissionDenied: refuse(Code.PERMISSION_DENIED),
    unauthenticated: refuse(Code.UNAUTHENTICATED),
    failedPrecondition: refuse(Code.FAILED_PRECONDITION),
    aborted: refuse(Code.ABORTED),
    outOfRange: refuse(Code.OUT_OF_RANGE),
    resourceExhausted: refuse(Code.RESOURCE_EXHAUSTED),
    unavailable: refuse(Code.UNAVAILABLE),
  };
}
