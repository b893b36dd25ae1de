import type { TLSSocket } from 'node:tls';
import { Code, StatusError } from '@kelp/status';
import { counter } from '@kelp/telemetry';

/** How certificates name a service: a SPIFFE id whose last part is the name. */
const SPIFFE_ID = /URI:spiffe:\/\/[^/,]+\/(?:[^,]*\/)?([a-z0-9-]+)(?:,|$)/;

const refused = counter('kelp_rpc_callers_refused_total', 'Calls from services that may not call this one.', [
  'caller',
]);

/** The caller's name in its certificate; empty where there is none, which mutual TLS does not let happen. */
export function callerOf(context: { sslPeerCertificate?: ReturnType<TLSSocket['getPeerCertificate']> }): string {
  return SPIFFE_ID.exec(context.sslPeerCertificate?.subjectaltname ?? '')?.[1] ?? '';
}

/** @throws PERMISSION_DENIED where the call map does not let this caller in */
export function authorize(
  caller: string,
  { callers, service, openToAll }: { callers: readonly string[]; service: string; openToAll?: boolean },
): void {
  if (openToAll || callers.includes(caller)) return;
  refused.inc({ caller });
  throw new StatusError(
    Code.PERMISSION_DENIED,
    'CALLER_NOT_ALLOWED',
    `"${caller}" may not call ${service}.`,
    `${service}.kelp`,
    { metadata: { caller } },
  );
}
