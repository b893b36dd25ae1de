/** The gRPC status codes. Source: https://grpc.io/docs/guides/status-codes/ */
export enum Code {
  /** Not an error. */
  OK = 0,
  /** The caller gave the call up. */
  CANCELLED = 1,
  /** An error without a meaning here: from outside, never thrown by Kelp. */
  UNKNOWN = 2,
  /** The request is wrong whatever the state: the caller must change it. */
  INVALID_ARGUMENT = 3,
  /** Time ran out before the call was done; it may have taken effect. */
  DEADLINE_EXCEEDED = 4,
  /** What was asked for does not exist. */
  NOT_FOUND = 5,
  /** What should be created exists already. */
  ALREADY_EXISTS = 6,
  /** The caller is known and may not. */
  PERMISSION_DENIED = 7,
  /** A limit was reached; RetryInfo says when to come back. */
  RESOURCE_EXHAUSTED = 8,
  /** The state forbids it: repeating alone does not help. */
  FAILED_PRECONDITION = 9,
  /** Somebody else was faster, such as a stale etag: read again and repeat. */
  ABORTED = 10,
  /** Past the valid range. */
  OUT_OF_RANGE = 11,
  /** The method does not exist. */
  UNIMPLEMENTED = 12,
  /** A bug on the other side. */
  INTERNAL = 13,
  /** Not now: repeating the same call may work. */
  UNAVAILABLE = 14,
  /** Data was lost for good. */
  DATA_LOSS = 15,
  /** The caller is not known. */
  UNAUTHENTICATED = 16,
}
