import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import { Code, type FieldViolation, StatusError } from '@kelp/status';
import type { Logger } from '@kelp/telemetry';
import { isObservable, lastValueFrom } from 'rxjs';
import { type Call, runInCall } from '../call.js';
import type { Definition, MethodDefinition } from '../contract.js';
import { contextFrom } from '../metadata.js';
import { toServiceError } from '../status/to-wire.js';
import { SpanKind, traced } from '../tracing.js';
import { attributesOf, methodName } from '../wire/grpc-definition.js';
import { readableMessages } from '../wire/readable-messages.js';
import { writeMessages } from '../wire/write-messages.js';
import { authorize, callerOf } from './caller.js';
import type { OpenCalls } from './open-calls.js';
import { record } from './record.js';

/** A handler as Nest hands it over: with guards, pipes and interceptors around it. */
export type AnyHandler = (request: unknown, call: Call) => unknown;

/** When a method is answered, and how loudly. */
export interface Conditions {
  /** Answers everybody with a certificate: health and reflection. */
  readonly openToAll: boolean;
  /** Logs only failures. */
  readonly quiet: boolean;
}

/** All that it takes to answer one RPC. */
export interface Answer extends Partial<Conditions> {
  readonly definition: Definition;
  readonly method: MethodDefinition;
  readonly handler: AnyHandler;
  /** Checks each request against the contract's limits. */
  readonly check: ((message: never) => readonly FieldViolation[]) | undefined;
  readonly service: string;
  readonly callers: readonly string[];
  readonly log: Logger;
  readonly calls: OpenCalls;
  readonly streamAgeMs?: number;
}

type AnyCall = ServerUnaryCall<unknown, unknown> &
  ServerReadableStream<unknown, unknown> &
  ServerWritableStream<unknown, unknown> &
  ServerDuplexStream<unknown, unknown>;

/** The four kinds of call in one: grpc-js calls it, it calls the handler. */
export function handlerFor(answer: Answer): UntypedHandleCall {
  const { method } = answer;
  const handle = (grpcCall: AnyCall, callback?: sendUnaryData<unknown>) => {
    const { call, end } = openCall(answer, grpcCall);
    const fail = (thrown: unknown) => {
      end(thrown);
      const error = toServiceError(thrown);
      if (callback) callback(error);
      else grpcCall.emit('error', error);
    };
    const respond = async () => {
      authorize(call.caller, answer);
      const response = await resultOf(answer.handler(requestsOf(answer, grpcCall, call), call));
      if (callback) return callback(null, response);
      await writeMessages(grpcCall, response as AsyncIterable<unknown>, call.signal);
      grpcCall.end();
    };
    runInCall(call, respond).then(() => end(), fail);
  };
  // grpc-js tells kinds of call apart by what the handler takes.
  return (method.responseStream
    ? (grpcCall: AnyCall) => handle(grpcCall)
    : (grpcCall: AnyCall, callback: sendUnaryData<unknown>) =>
        handle(grpcCall, callback)) as unknown as UntypedHandleCall;
}

/** Nest answers with a promise of the handler's result, or with an Observable of it where interceptors are on. */
async function resultOf(returned: unknown): Promise<unknown> {
  const result = await returned;
  return isObservable(result) ? lastValueFrom(result) : result;
}

function openCall(answer: Answer, grpcCall: AnyCall): { call: Call; end: (thrown?: unknown) => void } {
  const { definition, method, calls } = answer;
  const startedAt = performance.now();
  const abort = new AbortController();
  const { draining, close } = calls.open(method.requestStream && method.responseStream, answer.streamAgeMs);
  grpcCall.once('cancelled', () => abort.abort(cancelled()));
  const deadline = grpcCall.getDeadline();
  const name = methodName(definition, method);
  const context = contextFrom(grpcCall.metadata);
  const work = traced(name, SpanKind.SERVER, context.traceparent, attributesOf(definition, method));
  const call: Call = {
    method: name,
    signal: abort.signal,
    draining,
    deadline: Number.isFinite(Number(deadline)) ? new Date(deadline) : undefined,
    caller: callerOf(grpcCall.getAuthContext()),
    peer: grpcCall.getPeer(),
    metadata: grpcCall.metadata,
    context: { ...context, ...(work.traceparent && { traceparent: work.traceparent }) },
  };
  const end = (thrown?: unknown) => {
    close();
    const ms = performance.now() - startedAt;
    const failure = abort.signal.aborted ? abort.signal.reason : thrown;
    record(answer, call, ms, failure);
    work.end(failure);
    // Whatever still works for this call, such as a query, may stop: the answer is out.
    if (!abort.signal.aborted) abort.abort(cancelled());
  };
  return { call, end };
}

const cancelled = () => new StatusError(Code.CANCELLED, '', 'The caller does not wait any more.', '');

/** The request, or the requests, each checked against the contract before the handler sees it. */
function requestsOf(answer: Answer, grpcCall: AnyCall, call: Call): unknown {
  const check = checkOf(answer);
  if (!answer.method.requestStream) return check(grpcCall.request);
  const requests = readableMessages(grpcCall, call.signal);
  if (!answer.check) return requests;
  return (async function* () {
    for await (const request of requests) yield check(request);
  })();
}

function checkOf({ check, service }: Answer): (request: unknown) => unknown {
  return (request) => {
    const violations = check?.(request as never) ?? [];
    if (violations.length === 0) return request;
    const fields = violations.map(({ field }) => field).join(', ');
    throw new StatusError(Code.INVALID_ARGUMENT, 'INVALID_FIELDS', `Wrong fields: ${fields}.`, `${service}.kelp`, {
      violations: [...violations],
    });
  };
}
