import { Code, StatusError } from '@kelp/status';
import { counter, histogram } from '@kelp/telemetry';
import type { Call } from '../call.js';
import type { ServedRpc } from './served-rpc.js';

const calls = counter('kelp_rpc_server_calls_total', 'Calls answered, by method and gRPC code.', ['method', 'code']);
const seconds = histogram('kelp_rpc_server_call_seconds', 'How long calls took, streams their whole life.', ['method']);

/** One log line and one count for each call, when it has ended. */
export function record({ log, builtIn }: ServedRpc, call: Call, ms: number, thrown: unknown): void {
  const code = Code[codeOf(thrown)];
  calls.inc({ method: call.method, code });
  seconds.observe({ method: call.method }, ms / 1000);
  const fields = {
    method: call.method,
    code,
    ms: Math.round(ms * 10) / 10,
    caller: call.caller,
    requestId: call.context.requestId,
    ...(call.context.organization && { organization: call.context.organization }),
    ...(thrown instanceof StatusError && thrown.reason && { reason: thrown.reason }),
  };
  if (thrown !== undefined && !(thrown instanceof StatusError)) log.error({ ...fields, err: thrown }, 'call failed');
  else if (!builtIn || thrown !== undefined) log.info(fields, 'call');
}

function codeOf(thrown: unknown): Code {
  if (thrown === undefined) return Code.OK;
  return thrown instanceof StatusError ? thrown.code : Code.INTERNAL;
}
