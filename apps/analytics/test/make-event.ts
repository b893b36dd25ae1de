import { createHash, randomBytes } from 'node:crypto';
import { Event, EventType, Provider } from '@kelp/contract-event';

/** The bytes of a UUID that a name stands for. */
export const idOf = (name: string): Buffer => createHash('sha256').update(name).digest().subarray(0, 16);

/** An event's id: its time, and what tells it apart. */
export function eventIdOf(timeMs: number, name: string): Buffer {
  const id = Buffer.from(idOf(name));
  id.writeUIntBE(timeMs, 0, 6);
  return id;
}

export interface EventSeed {
  /** When it happened: now. */
  timeMs?: number;
  /** What tells it from others: random. Equal names and times make equal ids. */
  name?: string;
}

/** A valid event: a test says only what matters to it. */
export function makeEvent(
  { timeMs = Date.now(), name = randomBytes(8).toString('hex') }: EventSeed = {},
  fields: Partial<Event> = {},
): Event {
  return Event.create({
    eventId: eventIdOf(timeMs, name),
    type: EventType.DELIVERED,
    occurredAtUs: BigInt(timeMs) * 1000n,
    receivedAtUs: BigInt(timeMs + 1500) * 1000n,
    organizationId: idOf('organization'),
    connectionId: idOf('connection'),
    provider: Provider.SENDGRID,
    providerEventId: name,
    providerMessageId: `${name}.filter0001`,
    messageId: idOf(`message ${name}`),
    recipientHash: idOf(`recipient ${name}`),
    recipientDomain: 'example.com',
    templateId: idOf('template'),
    templateVersion: 1,
    locale: 'en-US',
    ...fields,
  });
}
