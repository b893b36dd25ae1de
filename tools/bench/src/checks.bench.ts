import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createValidator } from '@bufbuild/protovalidate';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { checkEvent, Event, EventType, Provider } from '@kelp/contract-event';

const BATCH = 1000;
const ROUNDS = 30;

/**
 * What it costs to check one event, with the generated check and with protovalidate. Both start from bytes, as both ends
 * of a stream do: the generated check runs on the object that the service needs anyway, protovalidate needs another.
 */
export async function run(): Promise<void> {
  const image = fromBinary(FileDescriptorSetSchema, Buffer.from(AnalyticsContract.descriptors, 'base64'));
  const schema = createFileRegistry(image).getMessage('kelp.event.v1.Event')!;
  const validator = createValidator();

  const encoded = Array.from({ length: BATCH }, (_, index) => Buffer.from(Event.encode(anEvent(index)).finish()));
  const events = encoded.map((bytes) => Event.decode(bytes));
  const messages = encoded.map((bytes) => fromBinary(schema, bytes));

  const figures = {
    'decode (ts-proto, needed anyway)': nanoseconds(() => encoded.forEach((bytes) => void Event.decode(bytes))),
    'generated check': nanoseconds(() => {
      for (const event of events) if (checkEvent(event).length > 0) throw new Error('The event is valid.');
    }),
    'decode once more (protobuf-es)': nanoseconds(() => encoded.forEach((bytes) => void fromBinary(schema, bytes))),
    protovalidate: nanoseconds(() => {
      for (const message of messages) {
        if (validator.validate(schema, message).kind !== 'valid') throw new Error('The event is valid.');
      }
    }),
  };
  console.log('One event, best of several rounds:');
  for (const [what, ns] of Object.entries(figures)) console.log(`  ${what.padEnd(34)} ${ns.toFixed(0).padStart(7)} ns`);
}

/** The best of several rounds, for each event. */
function nanoseconds(round: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    round();
    return Number(process.hrtime.bigint() - start) / BATCH;
  });
  return Math.min(...times);
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
