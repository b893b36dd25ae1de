import type { TLSSocket } from 'node:tls';
import { Code, StatusError } from '@kelp/status';
import { counter } from '@kelp/telemetry';
import type { ServedRpc } from './served-rpc.js';

/** How certificates name a service: a SPIFFE id whose last part is the name. */
const SPIFFE_ID = /URI:spiffe:\/\/[^/,]+\/(?:[^,]*\/)?([a-z0-9-]+)(?:,|$)/;

const refused = counter('kelp_rpc_calls_refused_total', 'Calls that the call map does not allow.', [
  'caller',
  'method',
]);

/** The caller's name in its certificate; empty where there is none, which mutual TLS does not let happen. */
export function callerOf(context: { sslPeerCertificate?: ReturnType<TLSSocket['getPeerCertificate']> }): string {
  return SPIFFE_ID.exec(context.sslPeerCertificate?.subjectaltname ?? '')?.[1] ?? '';
}

/** @throws PERMISSION_DENIED where the call map does not let this caller make this call */
export function authorize(caller: string, { callers, service, openToAll, method }: ServedRpc): void {
  if (openToAll || callers.includes(caller) || callers.includes(`${caller}/${method.name}`)) return;
  refused.inc({ caller, method: method.name });
  throw new StatusError(
    Code.PERMISSION_DENIED,
    'CALLER_NOT_ALLOWED',
    `"${caller}" may not call ${method.name} of ${service}.`,
    `${service}.kelp`,
    { metadata: { caller, method: method.name } },
  );
}
