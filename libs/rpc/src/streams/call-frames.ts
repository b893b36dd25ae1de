import type { Status } from '@kelp/contract-google';
import type { CallContext, Draining } from '@kelp/contract-stream';

// The messages of a call stream, as ts-proto generates them in every contract that has one: see kelp.stream.v1.

/** One call of many. */
export interface StreamedCall<Req> {
  /** Unique among the calls of this stream that are not answered yet. */
  id: number;
  /** How long the caller waits, in milliseconds; 0 for no bound. */
  timeoutMs: number;
  context: CallContext | undefined;
  request: Req | undefined;
}

/** What a client says on a call stream. */
export interface CallsRequest<Req> {
  calls: StreamedCall<Req>[];
  /** Calls whose callers do not wait any more. */
  cancelledIds: number[];
}

/** What became of one call. */
export interface StreamedResult<Res> {
  id: number;
  outcome: { $case: 'response'; value: Res } | { $case: 'status'; value: Status } | undefined;
}

/** What a server answers on a call stream. */
export interface CallsResponse<Res> {
  results: StreamedResult<Res>[];
  draining: Draining | undefined;
}
