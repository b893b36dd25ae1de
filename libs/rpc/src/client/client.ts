import type {
  ClientDuplexStream,
  ClientReadableStream,
  ClientWritableStream,
  Deadline,
  CallOptions as GrpcCallOptions,
} from '@grpc/grpc-js';
import { Code, type FieldViolation, StatusError } from '@kelp/status';
import { type CallContext, currentCall } from '../call.js';
import type { Contract, DeepPartial, Definition, MethodDefinition, RequestOf, ResponseOf } from '../contract.js';
import { metadataOf, setRelease } from '../metadata.js';
import { fromServiceError } from '../status/from-wire.js';
import { SpanKind, type TracedWork, traced } from '../tracing.js';
import { attributesOf, grpcMethod, methodName } from '../wire/grpc-definition.js';
import { readableMessages } from '../wire/readable-messages.js';
import { writeMessages } from '../wire/write-messages.js';
import type { Channel } from './channel.js';

export interface CallOptions {
  /** Gives the call up when it fires. Inside a handler, the end of the call that it answers does so by itself. */
  readonly signal?: AbortSignal;
  /** How long to wait, in milliseconds: 10,000 for one answer, no bound for streams. Never past the deadline of the call that is being answered. */
  readonly deadlineMs?: number;
  /** What travels with the call, instead of what the call that is being answered brought. */
  readonly context?: Partial<CallContext>;
}

type Caller<M extends MethodDefinition> = (
  request: M['requestStream'] extends true ? AsyncIterable<RequestOf<M>> : DeepPartial<RequestOf<M>>,
  options?: CallOptions,
) => M['responseStream'] extends true ? AsyncIterable<ResponseOf<M>> : Promise<ResponseOf<M>>;

/** A typed client of a contract: a function for each RPC. A refused call throws the StatusError that the handler threw. */
export type Client<C extends Contract> = {
  readonly [K in keyof C['definition']['methods']]: Caller<C['definition']['methods'][K]>;
};

const UNARY_DEADLINE_MS = 10_000;

/** Makes the typed client of a contract. Cheap: any number may share a channel. */
export function client<C extends Contract>(contract: C, channel: Channel): Client<C> {
  const { definition, checks, release } = contract;
  const callers = Object.entries(definition.methods).map(([key, method]) => {
    const check = checkOf(definition, checks?.[key]?.request);
    return [key, callerOf(definition, method, channel, check, release)];
  });
  return Object.fromEntries(callers) as Client<C>;
}

/** Refuses what the server would refuse, before it travels. */
function checkOf(definition: Definition, check: ((message: never) => readonly FieldViolation[]) | undefined) {
  return (request: unknown): void => {
    const violations = check?.(request as never) ?? [];
    if (violations.length === 0) return;
    const domain = `${definition.fullName.split('.')[1]}.kelp`;
    const fields = violations.map(({ field }) => field).join(', ');
    throw new StatusError(Code.INVALID_ARGUMENT, 'INVALID_FIELDS', `Wrong fields: ${fields}.`, domain, {
      violations: [...violations],
    });
  };
}

type StreamCall = ClientReadableStream<unknown> & ClientWritableStream<unknown> & ClientDuplexStream<unknown, unknown>;

function callerOf(
  definition: Definition,
  method: MethodDefinition,
  { grpc, retries }: Channel,
  check: (request: unknown) => void,
  release: Contract['release'],
): (request: never, options?: CallOptions) => unknown {
  const { path, requestSerialize, responseDeserialize } = grpcMethod(definition, method);
  const attributes = attributesOf(definition, method);
  const prepare = (options: CallOptions) => {
    const context = { ...currentCall()?.context, ...options.context };
    const work = traced(methodName(definition, method), SpanKind.CLIENT, context.traceparent, attributes);
    const metadata = metadataOf({ ...context, ...(work.traceparent && { traceparent: work.traceparent }) });
    setRelease(metadata, release);
    return { work, metadata, options: { deadline: deadlineOf(method, options) } satisfies GrpcCallOptions };
  };
  const codec = [path, requestSerialize, responseDeserialize] as const;

  if (!method.requestStream && !method.responseStream) {
    return async (request: DeepPartial<unknown>, options: CallOptions = {}) => {
      const message = method.requestType.fromPartial(request as never);
      check(message);
      const { work, metadata, options: callOptions } = prepare(options);
      const attempt = () =>
        settle((done) => grpc.makeUnaryRequest(...codec, message, metadata, callOptions, done), options);
      // The contract says which calls may be made twice.
      return during(work, method.options.idempotencyLevel ? retries.run(attempt, signalsOf(options)) : attempt());
    };
  }
  if (!method.responseStream) {
    return async (requests: AsyncIterable<unknown>, options: CallOptions = {}) => {
      const { work, metadata, options: callOptions } = prepare(options);
      const answer = settle((done) => {
        const call = grpc.makeClientStreamRequest(...codec, metadata, callOptions, done);
        send(call as StreamCall, requests, check).catch((error: unknown) => {
          done(new OwnFailure(error));
          call.cancel();
        });
        return call;
      }, options);
      return during(work, answer);
    };
  }
  return (request: unknown, options: CallOptions = {}) => {
    const { work, metadata, options: callOptions } = prepare(options);
    if (method.requestStream) {
      const open = () => grpc.makeBidiStreamRequest(...codec, metadata, callOptions) as StreamCall;
      return responses(open, options, work, (call, signal) =>
        send(call, request as AsyncIterable<unknown>, check, signal),
      );
    }
    const message = method.requestType.fromPartial(request as never);
    check(message);
    return responses(
      () => grpc.makeServerStreamRequest(...codec, message, metadata, callOptions) as StreamCall,
      options,
      work,
    );
  };
}

/** Ends the work when the call has, with what became of it. */
async function during<T>(work: TracedWork, call: Promise<T>): Promise<T> {
  try {
    const answer = await call;
    work.end();
    return answer;
  } catch (error) {
    work.end(error);
    throw error;
  }
}

/** What remains of the deadline of the call that is being answered, or less. */
function deadlineOf(method: MethodDefinition, { deadlineMs }: CallOptions): Deadline {
  const isUnary = !method.requestStream && !method.responseStream;
  const own = deadlineMs ?? (isUnary ? UNARY_DEADLINE_MS : Number.POSITIVE_INFINITY);
  const inherited = currentCall()?.deadline?.getTime() ?? Number.POSITIVE_INFINITY;
  return Math.min(Date.now() + own, inherited);
}

const signalsOf = ({ signal }: CallOptions): AbortSignal[] =>
  [signal, currentCall()?.signal].filter((candidate) => candidate !== undefined);

/** One answer, or the error it failed with. */
function settle<T>(
  start: (done: (error: unknown, value?: T) => void) => { cancel(): void },
  options: CallOptions,
): Promise<T> {
  const signals = signalsOf(options);
  return new Promise<T>((resolve, reject) => {
    for (const signal of signals) if (signal.aborted) return reject(fromServiceError(cancelled(signal)));
    let cancel = () => {};
    const call = start((error, value) => {
      for (const signal of signals) signal.removeEventListener('abort', cancel);
      if (error) reject(rethrown(error));
      else resolve(value as T);
    });
    cancel = () => call.cancel();
    for (const signal of signals) signal.addEventListener('abort', cancel, { once: true });
  });
}

const cancelled = ({ reason }: AbortSignal) =>
  new StatusError(Code.CANCELLED, '', 'The call was given up.', '', { cause: reason });

/** Sends the requests as the server takes them. Throws what they throw. */
async function send(
  call: StreamCall,
  requests: AsyncIterable<unknown>,
  check: (request: unknown) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const checked = (async function* () {
    for await (const request of requests) {
      check(request);
      yield request;
    }
  })();
  await writeMessages(call, checked, signal);
  call.end();
}

/** What the caller's own requests threw: it is theirs, and no status. */
class OwnFailure {
  constructor(readonly error: unknown) {}
}

const rethrown = (error: unknown): unknown => (error instanceof OwnFailure ? error.error : fromServiceError(error));

/** The answers, as they are asked for. A reader that stops early cancels the call. */
async function* responses(
  open: () => StreamCall,
  options: CallOptions,
  work: TracedWork,
  sending?: (call: StreamCall, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<unknown> {
  const signals = signalsOf(options);
  for (const signal of signals) if (signal.aborted) throw cancelled(signal);
  const call = open();
  const ended = new AbortController();
  let failure: unknown;
  // Destroyed by its own failure or by our cancel: either way the reader below hears of it.
  call.on('error', (error) => {
    failure ??= error;
  });
  const cancel = () => call.cancel();
  for (const signal of signals) signal.addEventListener('abort', cancel, { once: true });
  const status = new Promise<{ code: number }>((resolve) => call.once('status', resolve));
  sending?.(call, ended.signal).catch((error: unknown) => {
    failure ??= new OwnFailure(error);
    call.cancel();
  });
  try {
    yield* readableMessages(call, ended.signal);
    const { code } = await status;
    if (code !== Code.OK) throw failure ?? new StatusError(code, '', 'The stream failed.', '');
  } catch (error) {
    const thrown = rethrown(failure ?? error);
    work.end(thrown);
    throw thrown;
  } finally {
    work.end();
    for (const signal of signals) signal.removeEventListener('abort', cancel);
    call.cancel();
    ended.abort(); // the requests are told to return; nobody waits for them
  }
}
