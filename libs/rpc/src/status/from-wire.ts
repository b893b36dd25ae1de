import type { Metadata } from '@grpc/grpc-js';
import { type Any, BadRequest, ErrorInfo, RetryInfo, Status } from '@kelp/contract-google';
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
  const details = detailsIn(thrown.metadata);
  return fromStatus({ code: thrown.code, message: thrown.details, details }, thrown);
}

/** A status as the error that the server threw. */
export function fromStatus({ code, message, details }: Status, cause?: unknown): StatusError {
  const { reason = '', domain = '', ...options } = meaningOf(details);
  return new StatusError(code, reason, message, domain, { ...options, cause });
}

/** Details that cannot be read are left out: the code and the message still tell what happened. */
function detailsIn(metadata: Metadata | undefined): Any[] {
  const bytes = metadata?.get(DETAILS_KEY)[0];
  try {
    return bytes instanceof Uint8Array ? Status.decode(bytes).details : [];
  } catch {
    return [];
  }
}

function meaningOf(details: readonly Any[]): StatusErrorOptions & { reason?: string; domain?: string } {
  try {
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
