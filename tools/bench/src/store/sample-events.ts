import { createHash, randomBytes } from 'node:crypto';
import { Event, EventType, Provider } from '@kelp/contract-event';

const idOf = (name: string): Buffer => createHash('sha256').update(name).digest().subarray(0, 16);

export const ORGANIZATION = idOf('the organization of the bench');
const CONNECTION = idOf('its connection');
const TEMPLATES = Array.from({ length: 15 }, (_, index) => idOf(`template ${index}`));
const VERSIONS = 3;

/** As many of each as in the mail of a day, roughly. */
const TYPES = [
  ...Array<EventType>(9).fill(EventType.DELIVERED),
  ...Array<EventType>(5).fill(EventType.OPENED),
  ...Array<EventType>(2).fill(EventType.CLICKED),
  EventType.BOUNCED,
  EventType.DEFERRED,
];
const USER_AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)',
];
const DOMAINS = ['gmail.com', 'outlook.com', 'yahoo.com', 'example.org'];

const oneOf = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)]!;

/** New events of 15 templates in 3 versions each, at random times of the last `spanMs`. */
export const sampleEvents = (count: number, spanMs: number): Event[] =>
  Array.from({ length: count }, () => sampleEvent(Date.now() - Math.floor(Math.random() * spanMs)));

function sampleEvent(timeMs: number): Event {
  const eventId = randomBytes(16);
  eventId.writeUIntBE(timeMs, 0, 6);
  const type = oneOf(TYPES);
  const isByReader = type === EventType.OPENED || type === EventType.CLICKED;
  return Event.create({
    eventId,
    type,
    occurredAtUs: BigInt(timeMs) * 1000n,
    receivedAtUs: BigInt(timeMs + 800) * 1000n,
    organizationId: ORGANIZATION,
    connectionId: CONNECTION,
    provider: Provider.SENDGRID,
    providerEventId: eventId.toString('base64url'),
    providerMessageId: `${eventId.toString('base64url', 4)}.recvd-5d8f7b9c4-x2vq7-1-65A1B2C3-1F.0`,
    messageId: randomBytes(16),
    recipientHash: randomBytes(16),
    recipientDomain: oneOf(DOMAINS),
    templateId: oneOf(TEMPLATES),
    templateVersion: 1 + Math.floor(Math.random() * VERSIONS),
    locale: 'en-US',
    url: type === EventType.CLICKED ? 'https://shop.example.com/spring?utm_source=mail' : '',
    userAgent: isByReader ? oneOf(USER_AGENTS) : '',
    ipCountry: isByReader ? 'CH' : '',
    smtpCode: type === EventType.DELIVERED ? 250 : 0,
    diagnostic: type === EventType.DELIVERED ? '250 2.0.0 OK 1790000000 a1b2c3d4e5f6.42' : '',
    tags: Math.random() < 0.1 ? ['spring'] : [],
  });
}
