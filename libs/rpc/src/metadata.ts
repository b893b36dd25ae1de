import { randomUUID } from 'node:crypto';
import { Metadata } from '@grpc/grpc-js';
import type { CallContext } from './call.js';

const KEYS = {
  requestId: 'x-request-id',
  traceparent: 'traceparent',
  organization: 'kelp-organization',
  actor: 'kelp-actor',
} as const satisfies Record<keyof CallContext, string>;

/** Longer values are not ours: they are left out rather than carried through every log. */
const VALUE_LENGTH_MAX = 256;

const first = (metadata: Metadata, key: string): string | undefined => {
  const value = metadata.get(key)[0]?.toString();
  return value && value.length <= VALUE_LENGTH_MAX ? value : undefined;
};

/** What a caller sent along; a new request id where it sent none. */
export function contextFrom(metadata: Metadata): CallContext {
  const traceparent = first(metadata, KEYS.traceparent);
  const organization = first(metadata, KEYS.organization);
  const actor = first(metadata, KEYS.actor);
  return {
    requestId: first(metadata, KEYS.requestId) ?? randomUUID(),
    ...(traceparent && { traceparent }),
    ...(organization && { organization }),
    ...(actor && { actor }),
  };
}

/** The metadata that carries a context on. */
export function metadataOf(context: Partial<CallContext>): Metadata {
  const metadata = new Metadata();
  for (const [name, key] of Object.entries(KEYS)) {
    const value = context[name as keyof CallContext];
    if (value) metadata.set(key, value);
  }
  return metadata;
}
