import { randomUUID } from 'node:crypto';
import { Metadata } from '@grpc/grpc-js';
import type { CallContext } from './call.js';
import type { Contract } from './contract.js';

const KEYS = {
  requestId: 'x-request-id',
  traceparent: 'traceparent',
  organization: 'kelp-organization',
  actor: 'kelp-actor',
  credential: 'authorization',
} as const satisfies Record<keyof CallContext, string>;

/** Longer values are not ours: they are left out rather than carried through every log. */
const VALUE_LENGTH_MAX = 256;
/** What is longer is no credential, and is refused as one: not left out, as the call would be somebody else's then. */
const CREDENTIAL_LENGTH_MAX = 4_096;

/** HTTP/2 drops any other value on its way, and the call would be the sender's own then. */
const CREDENTIAL = /^[!-~]+( [!-~]+)*$/;

const first = (metadata: Metadata, key: string): string | undefined => {
  const value = metadata.get(key)[0]?.toString();
  return value && value.length <= VALUE_LENGTH_MAX ? value : undefined;
};

/** What a caller sent along; a new request id where it sent none. */
export function contextFrom(metadata: Metadata): CallContext {
  const traceparent = first(metadata, KEYS.traceparent);
  const organization = first(metadata, KEYS.organization);
  const actor = first(metadata, KEYS.actor);
  const credential = metadata
    .get(KEYS.credential)[0]
    ?.toString()
    .slice(0, CREDENTIAL_LENGTH_MAX + 1);
  return {
    requestId: first(metadata, KEYS.requestId) ?? randomUUID(),
    ...(traceparent && { traceparent }),
    ...(organization && { organization }),
    ...(actor && { actor }),
    ...(credential !== undefined && { credential }),
  };
}

/** The metadata that carries a context on. */
export function metadataOf(context: Partial<CallContext>): Metadata {
  const metadata = new Metadata();
  for (const [name, key] of Object.entries(KEYS)) {
    const value = context[name as keyof CallContext];
    if (name === 'credential' && value !== undefined) metadata.set(key, CREDENTIAL.test(value) ? value : 'malformed');
    else if (value) metadata.set(key, value);
  }
  return metadata;
}

/** Which release of the contract the caller was built from: `<version> <hash>`. */
const CONTRACT = 'kelp-contract';
const RELEASE = /^(\d{1,5}\.\d{1,5}\.\d{1,5}) ([0-9a-f]{16})$/;

export type Release = NonNullable<Contract['release']>;

/** Says which contract a client was built from. */
export function setRelease(metadata: Metadata, release: Contract['release']): void {
  if (release) metadata.set(CONTRACT, `${release.version} ${release.hash}`);
}

/** What a caller said of its contract, as it said it; empty where it said nothing. */
export const releaseText = (metadata: Metadata): string => first(metadata, CONTRACT) ?? '';

/** The same, understood; undefined where nobody can. */
export function releaseIn(text: string): Release | undefined {
  const [, version, hash] = RELEASE.exec(text) ?? [];
  return version && hash ? { version, hash } : undefined;
}
