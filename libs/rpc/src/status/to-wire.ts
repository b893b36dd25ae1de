import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, RetryInfo, Status } from '@kelp/contract-google';
import { Code, StatusError } from '@kelp/status';
import { any, DETAILS_KEY } from './details.js';

/** What travels in the place of an error that nobody meant to throw. */
const INTERNAL_MESSAGE = 'Internal error.';

/** A thrown value as the status that the caller gets. What was not thrown on purpose says nothing. */
export function toServiceError(thrown: unknown): ServiceError {
  if (!(thrown instanceof StatusError)) return serviceError(Code.INTERNAL, INTERNAL_MESSAGE, new Metadata());
  const { code, message } = thrown;
  const metadata = new Metadata();
  const status = Status.encode({ code, message, details: detailsOf(thrown) }).finish();
  metadata.set(DETAILS_KEY, Buffer.from(status));
  return serviceError(code, message, metadata);
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

const serviceError = (code: Code, details: string, metadata: Metadata): ServiceError =>
  Object.assign(new Error(details), { code: code as number, details, metadata });
