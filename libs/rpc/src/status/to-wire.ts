import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, RetryInfo, Status } from '@kelp/contract-google';
import { Code, StatusError } from '@kelp/status';
import { any, DETAILS_KEY } from './details.js';

/** What travels in the place of an error that nobody meant to throw. */
const INTERNAL_MESSAGE = 'Internal error.';

/** A thrown value as the status that the caller gets. What was not thrown on purpose says nothing. */
export function toStatus(thrown: unknown): Status {
  if (!(thrown instanceof StatusError)) return { code: Code.INTERNAL, message: INTERNAL_MESSAGE, details: [] };
  return { code: thrown.code, message: thrown.message, details: detailsOf(thrown) };
}

/** The same as grpc-js sends it. */
export function toServiceError(thrown: unknown): ServiceError {
  const status = toStatus(thrown);
  const metadata = new Metadata();
  if (status.details.length > 0) metadata.set(DETAILS_KEY, Buffer.from(Status.encode(status).finish()));
  return Object.assign(new Error(status.message), { code: status.code, details: status.message, metadata });
}

function detailsOf({ reason, domain, metadata, violations, retryDelayMs }: StatusError) {
  const details = [];
  if (reason) details.push(any('google.rpc.ErrorInfo', ErrorInfo, { reason, domain, metadata: { ...metadata } }));
  if (violations.length > 0)
    details.push(any('google.rpc.BadRequest', BadRequest, { fieldViolations: [...violations] }));
  if (retryDelayMs !== undefined) {
    const retryDelay = { seconds: BigInt(Math.trunc(retryDelayMs / 1000)), nanos: (retryDelayMs % 1000) * 1_000_000 };
    details.push(any('google.rpc.RetryInfo', RetryInfo, { retryDelay }));
  }
  return details;
}
