import { createHash, createHmac } from 'node:crypto';
import type { Event } from '@kelp/contract-event';
import type { KnownConnection } from '../filter/known-connection.js';
import type { EventDetails } from '../providers/provider.js';
import { domainOf } from './domain.js';

const ID_BYTES = 16;

/** Makes canonical events: the same provider event always becomes the same one, wherever and whenever it arrives. */
export class EventBuilder {
  /** @param recipientHashKey 32 bytes: who has it can tell whether an address is a hash's, so it is a secret */
  constructor(private readonly recipientHashKey: Buffer) {}

  /** @param receivedAtMs when Kelp took it in, in milliseconds since 1970-01-01 UTC */
  build(details: EventDetails, connection: KnownConnection, receivedAtMs: number): Event {
    const { dedupeKey, recipient, template, ...said } = details;
    const { organizationId, connectionId, provider } = connection;
    const address = recipient.toLowerCase();
    const recipientHash = this.hashRecipient(organizationId, address);
    // Without an identifier nothing says which message it was: then it counts as one of its own.
    const message = said.providerMessageId || `event ${dedupeKey}`;
    return {
      ...said,
      eventId: eventIdOf(said.occurredAtUs, connectionId, said.type, dedupeKey),
      receivedAtUs: BigInt(receivedAtMs) * 1000n,
      organizationId,
      connectionId,
      provider,
      // The keyed hash rather than the address: a plain hash of it could be guessed.
      messageId: hash(connectionId, recipientHash, message),
      recipientHash,
      recipientDomain: domainOf(address),
      templateId: Buffer.from(template.replaceAll('-', ''), 'hex'),
      workspaceId: Buffer.alloc(0),
      recipientAmbiguous: said.recipientAmbiguous ?? false,
    };
  }

  private hashRecipient(organizationId: Buffer, address: string): Buffer {
    const hmac = createHmac('sha256', this.recipientHashKey).update(organizationId).update(address).digest();
    return hmac.subarray(0, ID_BYTES);
  }
}

const hash = (...parts: readonly (Buffer | string)[]): Buffer => {
  const sha = createHash('sha256');
  for (const part of parts) sha.update(part);
  return sha.digest().subarray(0, ID_BYTES);
};

/** A UUIDv8: 48 bits of milliseconds, so that identifiers sort by time, and a hash of what identifies the event. */
function eventIdOf(occurredAtUs: bigint, connectionId: Buffer, type: number, dedupeKey: string): Buffer {
  const id = hash(connectionId, Buffer.of(type), dedupeKey);
  id.writeUIntBE(Number(occurredAtUs / 1000n), 0, 6);
  id[6] = 0x80 | (id[6]! & 0x0f);
  id[8] = 0x80 | (id[8]! & 0x3f);
  return id;
}
