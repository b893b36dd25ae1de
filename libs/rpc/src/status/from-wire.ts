import type { Metadata } from '@grpc/grpc-js';
import { BadRequest, ErrorInfo, RetryInfo, Status } from '@kelp/contract-google';
import { Code, StatusError, type StatusErrorOptions } from '@kelp/status';
import { DETAILS_KEY, find } from './details.js';

/** A status as grpc-js reports it. */
interface WireStatus {
  code: number;
  details: string;
  metadata?: Metadata;
}

const isWireStatus = (value: unknown): value is WireStatus =>
  value instanceof Error && 'code' in value && typeof value.code === 'number' && 'details' in value;

/** What a call failed with, as the error that the server threw. */
export function fromServiceError(thrown: unknown): StatusError {
  if (thrown instanceof StatusError) return thrown;
  if (!isWireStatus(thrown)) return new StatusError(Code.INTERNAL, '', String(thrown), '', { cause: thrown });
  const { reason = '', domain = '', ...options } = detailsOf(thrown.metadata);
  return new StatusError(thrown.code, reason, thrown.details, domain, { ...options, cause: thrown });
}

/** Details that cannot be read are left out: the code and the message still tell what happened. */
function detailsOf(metadata: Metadata | undefined): StatusErrorOptions & { reason?: string; domain?: string } {
  const bytes = metadata?.get(DETAILS_KEY)[0];
  if (!(bytes instanceof Uint8Array)) return {};
  try {
    const { details } = Status.decode(bytes);
    const info = find(details, 'google.rpc.ErrorInfo', ErrorInfo);
    const violations = find(details, 'google.rpc.BadRequest', BadRequest)?.fieldViolations;
    const delay = find(details, 'google.rpc.RetryInfo', RetryInfo)?.retryDelay;
    return {
      ...info,
      ...(violations && { violations }),
      ...(delay && { retryDelayMs: Number(delay.seconds) * 1000 + delay.nanos / 1_000_000 }),
    };
  } catch {
    return {};
  }
}
