import { randomUUID } from 'node:crypto';
import { Code, StatusError } from '@kelp/status';
import { type Call, type CallContext, runInCall } from '../call.js';
import { toStatus } from '../status/to-wire.js';
import { Bell } from './bell.js';
import type { CallsRequest, CallsResponse, StreamedCall, StreamedResult } from './call-frames.js';
import { protocolViolation } from './frames.js';

export interface AnswerCallsOptions<Req, Res> {
  /** Answers one call, as the handler of an ordinary RPC does. */
  answer(request: Req, call: Call): Promise<Res>;
  /** How many calls of one stream are answered at a time; with more, no more are read: 1,000. */
  readonly concurrentCalls?: number;
  /** Hears of what nobody meant to throw, for the log. */
  onInternalError?(error: unknown, call: Call): void;
}

/**
 * The server's half of a call stream: answers each call by itself, and sends what has finished together.
 *
 *     async *renderCalls(requests, call) {
 *       yield* answerCalls(requests, call, { answer: (request, each) => this.render(request, each) });
 *     }
 */
export async function* answerCalls<Req, Res>(
  requests: AsyncIterable<CallsRequest<Req>>,
  call: Call,
  options: AnswerCallsOptions<Req, Res>,
): AsyncGenerator<CallsResponse<Res>> {
  const { concurrentCalls = 1_000 } = options;
  const open = new Map<number, AbortController>();
  const news = new Bell();
  const room = new Bell();
  let results: StreamedResult<Res>[] = [];
  let ended = false;
  let failure: unknown;

  const start = (one: StreamedCall<Req>) => {
    const abort = new AbortController();
    open.set(one.id, abort);
    const timer = one.timeoutMs > 0 ? setTimeout(() => abort.abort(), one.timeoutMs) : undefined;
    abort.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    void answerOne(one, call, abort.signal, options).then((outcome) => {
      clearTimeout(timer);
      open.delete(one.id);
      results.push({ id: one.id, outcome });
      news.ring();
      room.ring();
    });
  };
  const read = async () => {
    for await (const { calls, cancelledIds } of requests) {
      for (const id of cancelledIds) open.get(id)?.abort();
      for (const one of calls) {
        if (open.has(one.id)) throw protocolViolation(call, `Two open calls have the id ${one.id}.`);
        while (open.size >= concurrentCalls && !call.signal.aborted) await room.wait();
        start(one);
      }
    }
  };
  read()
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      ended = true;
      news.ring();
    });
  const abortAll = () => {
    for (const abort of open.values()) abort.abort();
    room.ring();
    news.ring();
  };
  call.signal.addEventListener('abort', abortAll, { once: true });
  call.draining.addEventListener('abort', news.ring, { once: true });
  let saidDraining = false;

  try {
    for (;;) {
      if (failure !== undefined) throw failure;
      if (results.length > 0) {
        const finished = results;
        results = [];
        yield { results: finished, draining: undefined };
      } else if (call.draining.aborted && !saidDraining) {
        saidDraining = true;
        yield { results: [], draining: { retryAfterMs: 0 } };
      } else if ((ended && open.size === 0) || call.signal.aborted) {
        return;
      } else {
        await news.wait();
      }
    }
  } finally {
    abortAll();
    call.signal.removeEventListener('abort', abortAll);
    call.draining.removeEventListener('abort', news.ring);
  }
}

async function answerOne<Req, Res>(
  { timeoutMs, context, request }: StreamedCall<Req>,
  stream: Call,
  signal: AbortSignal,
  { answer, onInternalError }: AnswerCallsOptions<Req, Res>,
): Promise<StreamedResult<Res>['outcome']> {
  const call: Call = {
    ...stream,
    signal,
    deadline: timeoutMs > 0 ? new Date(Date.now() + timeoutMs) : undefined,
    context: context ? contextOf(context) : stream.context,
  };
  try {
    if (request === undefined) throw new StatusError(Code.INVALID_ARGUMENT, '', 'The call has no request.', '');
    return { $case: 'response', value: await runInCall(call, () => answer(request, call)) };
  } catch (error) {
    if (!(error instanceof StatusError)) onInternalError?.(error, call);
    return { $case: 'status', value: toStatus(error) };
  }
}

function contextOf({ requestId, traceparent, organization, actor }: CallContext): CallContext {
  return {
    requestId: requestId || randomUUID(),
    ...(traceparent && { traceparent }),
    ...(organization && { organization }),
    ...(actor && { actor }),
  };
}
