import { hash } from 'node:crypto';
import type { Event } from '@kelp/contract-event';
import type { KnownConnection } from '../filter/known-connection.js';
import type { EventDetails } from '../providers/provider.js';
import { domainOf } from './domain.js';
import { KeyedHash } from './keyed-hash.js';
import { WithoutAddress } from './without-address.js';

const ID_BYTES = 16;

/** Makes canonical events: the same provider event always becomes the same one, wherever and whenever it arrives. */
export class EventBuilder {
  private readonly recipientHash: KeyedHash;

  /** @param recipientHashKey 32 bytes: who has it can tell whether an address is a hash's, so it is a secret */
  constructor(recipientHashKey: Buffer) {
    this.recipientHash = new KeyedHash(recipientHashKey);
  }

  /** @param receivedAtMs when Kelp took it in, in milliseconds since 1970-01-01 UTC */
  build(details: EventDetails, connection: KnownConnection, receivedAtMs: number): Event {
    const { organizationId, connectionId, provider } = connection;
    const address = details.recipient.toLowerCase();
    // The keyed hash rather than the address: a plain hash of it could be guessed.
    const recipientHash = this.recipientHash.digest(organizationId, Buffer.from(address)).subarray(0, ID_BYTES);
    const without = new WithoutAddress(address);
    // Without an identifier nothing says which message it was: then it counts as one of its own.
    const message = details.providerMessageId || `event ${details.dedupeKey}`;
    // Field by field: copying what is left over of an object costs as much as everything else here.
    return {
      eventId: eventIdOf(details.occurredAtUs, connectionId, details.type, details.dedupeKey),
      type: details.type,
      subType: details.subType,
      occurredAtUs: details.occurredAtUs,
      receivedAtUs: BigInt(receivedAtMs) * 1000n,
      organizationId,
      connectionId,
      provider,
      providerEventId: details.providerEventId,
      providerMessageId: details.providerMessageId,
      messageId: digest(connectionId, recipientHash, Buffer.from(message)),
      recipientHash,
      recipientDomain: domainOf(address),
      templateId: Buffer.from(details.template.replaceAll('-', ''), 'hex'),
      templateVersion: details.templateVersion,
      locale: details.locale,
      variant: details.variant,
      campaign: without.text(details.campaign),
      tags: without.texts(details.tags),
      metadata: without.record(details.metadata),
      url: without.text(details.url),
      linkIndex: details.linkIndex,
      userAgent: details.userAgent,
      ipCountry: details.ipCountry,
      machineGenerated: details.machineGenerated,
      smtpCode: details.smtpCode,
      enhancedStatus: details.enhancedStatus,
      diagnostic: without.text(details.diagnostic),
      workspaceId: Buffer.alloc(0),
      recipientAmbiguous: details.recipientAmbiguous ?? false,
    };
  }
}

const digest = (...parts: readonly Uint8Array[]): Buffer =>
  hash('sha256', Buffer.concat(parts), 'buffer').subarray(0, ID_BYTES);

/** A UUIDv8: 48 bits of milliseconds, so that identifiers sort by time, and a hash of what identifies the event. */
function eventIdOf(occurredAtUs: bigint, connectionId: Buffer, type: number, dedupeKey: string): Buffer {
  const id = digest(connectionId, Buffer.of(type), Buffer.from(dedupeKey));
  id.writeUIntBE(Number(occurredAtUs / 1000n), 0, 6);
  id[6] = 0x80 | (id[6]! & 0x0f);
  id[8] = 0x80 | (id[8]! & 0x3f);
  return id;
}
