import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import { Code, StatusError } from '@kelp/status';
import { isObservable, lastValueFrom } from 'rxjs';
import { type Call, runInCall } from '../call.js';
import { contextFrom } from '../metadata.js';
import { toServiceError } from '../status/to-wire.js';
import { SpanKind, traced } from '../tracing.js';
import { attributesOf, methodName } from '../wire/grpc-definition.js';
import { readableMessages } from '../wire/readable-messages.js';
import { writeMessages } from '../wire/write-messages.js';
import { authorize, callerOf } from './caller.js';
import { LazySignal } from './lazy-signal.js';
import { record } from './record.js';
import type { ServedRpc } from './served-rpc.js';

type AnyCall = ServerUnaryCall<unknown, unknown> &
  ServerReadableStream<unknown, unknown> &
  ServerWritableStream<unknown, unknown> &
  ServerDuplexStream<unknown, unknown>;

/** The four kinds of call in one: grpc-js calls it, it calls the handler. */
export function handlerFor(rpc: ServedRpc): UntypedHandleCall {
  const { definition, method } = rpc;
  const handle = (grpcCall: AnyCall, callback?: sendUnaryData<unknown>) => {
    const { call, end } = openCall(rpc, grpcCall);
    const { guard } = rpc.openToAll || rpc.builtIn ? {} : rpc;
    const fail = (thrown: unknown) => {
      end(thrown);
      const error = toServiceError(thrown);
      if (callback) callback(error);
      else grpcCall.emit('error', error);
    };
    const respond = async () => {
      authorize(call.caller, rpc);
      if (!rpc.builtIn) rpc.uses.record(definition.fullName, method.name, call);
      if (guard) call.context = await guard.admit(call, rpc);
      const response = await resultOf(rpc.handler(requestsOf(rpc, grpcCall, call), call));
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

/** A call whose context the guard still has a word in. */
type OpenCall = Omit<Call, 'context'> & { context: Call['context'] };

function openCall(rpc: ServedRpc, grpcCall: AnyCall): { call: OpenCall; end: (thrown?: unknown) => void } {
  const { definition, method, calls } = rpc;
  const startedAt = performance.now();
  const gone = new LazySignal();
  const { draining, close } = calls.open(method.requestStream && method.responseStream, rpc.streamAgeMs);
  grpcCall.once('cancelled', () => gone.abort(cancelled));
  const deadline = grpcCall.getDeadline();
  const name = methodName(definition, method);
  const context = contextFrom(grpcCall.metadata);
  const work = traced(name, SpanKind.SERVER, context.traceparent, attributesOf(definition, method));
  const call: OpenCall = {
    method: name,
    get signal() {
      return gone.signal;
    },
    get draining() {
      return draining.signal;
    },
    deadline: Number.isFinite(Number(deadline)) ? new Date(deadline) : undefined,
    caller: callerOf(grpcCall.getAuthContext()),
    get peer() {
      return grpcCall.getPeer();
    },
    metadata: grpcCall.metadata,
    context: work.traceparent ? { ...context, traceparent: work.traceparent } : context,
  };
  const end = (thrown?: unknown) => {
    close();
    const ms = performance.now() - startedAt;
    const failure = gone.aborted ? gone.signal.reason : thrown;
    record(rpc, call, ms, failure);
    work.end(failure);
    // Whatever still works for this call, such as a query, may stop: the answer is out.
    gone.abort(cancelled);
  };
  return { call, end };
}

const cancelled = () => new StatusError(Code.CANCELLED, '', 'The caller does not wait any more.', '');

/** The request, or the requests, each checked against the contract before the handler sees it. */
function requestsOf(rpc: ServedRpc, grpcCall: AnyCall, call: Call): unknown {
  const check = checkOf(rpc, call);
  if (!rpc.method.requestStream) return check(grpcCall.request);
  const requests = readableMessages(grpcCall, call.signal);
  if (!rpc.check && !rpc.guard) return requests;
  return (async function* () {
    for await (const request of requests) yield check(request);
  })();
}

function checkOf(rpc: ServedRpc, call: Call): (request: unknown) => unknown {
  const { check, service, guard, openToAll, builtIn } = rpc;
  return (request) => {
    const violations = check?.(request as never) ?? [];
    if (violations.length === 0) {
      if (!openToAll && !builtIn) guard?.check(call, request, rpc);
      return request;
    }
    const fields = violations.map(({ field }) => field).join(', ');
    throw new StatusError(Code.INVALID_ARGUMENT, 'INVALID_FIELDS', `Wrong fields: ${fields}.`, `${service}.kelp`, {
      violations: [...violations],
    });
  };
}
