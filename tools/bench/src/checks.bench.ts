import { createFileRegistry, fromBinary, type Message } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createValidator } from '@bufbuild/protovalidate';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { checkEvent, Event, EventType, Provider } from '@kelp/contract-event';
import type { Bench } from './bench.js';
import { inAlternation } from './statistics.js';

const BATCH = 1000;

/**
 * The generated check of an event beside protovalidate's. The service needs ts-proto's object in either case; the
 * generated check runs on it, protovalidate needs the event decoded once more, by protobuf-es.
 */
export const checks: Bench = {
  name: 'checks',
  what: 'checks the limits of events, as the contract declares them',
  async run() {
    const image = fromBinary(FileDescriptorSetSchema, Buffer.from(AnalyticsContract.descriptors, 'base64'));
    const schema = createFileRegistry(image).getMessage('kelp.event.v1.Event')!;
    const validator = createValidator();
    const encoded = Array.from({ length: BATCH }, (_, index) => Buffer.from(Event.encode(anEvent(index)).finish()));

    const decode = () => encoded.map((bytes) => Event.decode(bytes));
    const decodeAgain = () => encoded.map((bytes) => fromBinary(schema, bytes));
    const isRight = (event: Event) => checkEvent(event).length === 0;
    const isValid = (message: Message) => validator.validate(schema, message).kind === 'valid';
    const contestants = await inAlternation(40, {
      'generated check': async () => {
        const { ns: decoding, result } = nsPerEvent(decode);
        const { ns: check } = nsPerEvent(() => expectAll(result, isRight));
        return { check, all: decoding + check };
      },
      protovalidate: async () => {
        const { ns: decoding } = nsPerEvent(decode);
        const { ns: decodingAgain, result } = nsPerEvent(decodeAgain);
        const { ns: check } = nsPerEvent(() => expectAll(result, isValid));
        return { check, all: decoding + decodingAgain + check };
      },
    });
    const measures = [
      { name: 'check', unit: 'ns/event' },
      { name: 'all', unit: 'ns/event' },
    ];
    return { measures, contestants, notes: ['all: the check with what is decoded for the service and for the check.'] };
  },
};

function expectAll<T>(items: readonly T[], isRight: (item: T) => boolean): void {
  for (const item of items) if (!isRight(item)) throw new Error('The event keeps its limits.');
}

function nsPerEvent<T>(work: () => T): { ns: number; result: T } {
  const start = process.hrtime.bigint();
  const result = work();
  return { ns: Number(process.hrtime.bigint() - start) / BATCH, result };
}

/** A click as SendGrid reports it, with what a sender usually adds. */
function anEvent(index: number): Event {
  const id = (first: number) => Buffer.alloc(16, (first + index) % 251);
  const timeUs = 1_790_000_000_000_000n + BigInt(index);
  return Event.fromPartial({
    eventId: id(1),
    type: EventType.CLICKED,
    occurredAtUs: timeUs,
    receivedAtUs: timeUs + 900_000n,
    organizationId: id(2),
    connectionId: id(3),
    provider: Provider.SENDGRID,
    providerEventId: `ZGVsaXZlcmVkLTAtMTIzNDU2Nzg5LW${index}`,
    providerMessageId: `14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.${index}`,
    messageId: id(4),
    recipientHash: id(5),
    recipientDomain: 'example.com',
    templateId: id(6),
    templateVersion: 7,
    locale: 'de-CH',
    variant: 'b',
    campaign: 'spring-sale',
    tags: ['sale', 'newsletter'],
    metadata: { order: `${100_000 + index}`, plan: 'gold', cohort: '2026-10' },
    url: 'https://shop.example.com/spring?utm_source=mail&utm_campaign=spring-sale',
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15',
    ipCountry: 'CH',
  });
}
