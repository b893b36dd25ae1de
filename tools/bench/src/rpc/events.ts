import { AppendEventsRequest } from '@kelp/contract-analytics';
import { Event, EventType, Provider } from '@kelp/contract-event';

/** How many different events there are. */
export const EVENTS = 1_000;

/** A delivered message, as most events are: about 220 bytes. */
export function sampleEvent(index: number): Event {
  const id = (first: number) => Buffer.alloc(16, (first + index) % 251);
  const timeUs = 1_790_000_000_000_000n + BigInt(index);
  return Event.fromPartial({
    eventId: id(1),
    type: EventType.DELIVERED,
    occurredAtUs: timeUs,
    receivedAtUs: timeUs + 900_000n,
    organizationId: id(2),
    connectionId: id(3),
    provider: Provider.SENDGRID,
    providerEventId: `ZGVsaXZlcmVkLTAtMTIz${index}`,
    providerMessageId: `14c5d75ce93.dfd.64b469.${index}`,
    messageId: id(4),
    recipientHash: id(5),
    recipientDomain: 'example.com',
    templateId: id(6),
    templateVersion: 7,
    locale: 'de-CH',
    campaign: 'spring-sale',
  });
}

/** What each contestant decodes with its own codec, so that all send the same. */
export function encodedEvents(): Uint8Array {
  const items = Array.from({ length: EVENTS }, (_, index) => sampleEvent(index));
  const frame = { $case: 'items' as const, value: { firstSequence: 1n, items, traceparents: [] } };
  return AppendEventsRequest.encode({ frame }).finish();
}

/** Batches of so many events, again and again. */
export function batches<T>(events: readonly T[], size: number): () => T[] {
  const all = Array.from({ length: Math.floor(events.length / size) }, (_, index) =>
    events.slice(index * size, (index + 1) * size),
  );
  let next = 0;
  return () => all[next++ % all.length]!;
}
