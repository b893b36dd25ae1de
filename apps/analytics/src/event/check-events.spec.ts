import { Event, EventType, Provider } from '@kelp/contract-event';
import { violationsOf } from './check-events.js';

const NOW_MS = Date.UTC(2026, 10, 24, 12);
const id = Buffer.alloc(16, 7);

function makeEvent(fields: Partial<Event> = {}, timeMs = NOW_MS): Event {
  const eventId = Buffer.alloc(16, 1);
  eventId.writeUIntBE(timeMs, 0, 6);
  return Event.create({
    eventId,
    type: EventType.OPENED,
    provider: Provider.SENDGRID,
    occurredAtUs: BigInt(timeMs) * 1000n + 999n,
    receivedAtUs: BigInt(NOW_MS) * 1000n,
    organizationId: id,
    connectionId: id,
    messageId: id,
    recipientHash: id,
    ...fields,
  });
}

const fieldsOf = (...events: Event[]) => violationsOf(events, NOW_MS).map(({ field }) => field);

it('lets good events pass', () => {
  expect(violationsOf([makeEvent(), makeEvent({ templateId: id })], NOW_MS)).toEqual([]);
});

it('names every wrong field of every event', () => {
  const short = Buffer.alloc(3);
  const event = makeEvent({
    organizationId: short,
    connectionId: short,
    messageId: short,
    recipientHash: short,
    templateId: short,
  });
  expect(fieldsOf(makeEvent(), event, makeEvent({ eventId: short }))).toEqual([
    'items.items[1].organization_id',
    'items.items[1].connection_id',
    'items.items[1].message_id',
    'items.items[1].recipient_hash',
    'items.items[1].template_id',
    'items.items[2].event_id',
  ]);
});

const HOUR_MS = 3_600_000;

it.each([
  ['long before e-mail was counted', Date.UTC(1999, 11, 31)],
  ['in days to come', NOW_MS + 48 * HOUR_MS + 1],
])('refuses times %s', (_, timeMs) => {
  expect(fieldsOf(makeEvent({}, timeMs))).toEqual(['items.items[0].occurred_at_us']);
  expect(fieldsOf(makeEvent({ receivedAtUs: BigInt(timeMs) * 1000n }))).toEqual(['items.items[0].received_at_us']);
});

it('takes times that a clock may be wrong by, and late ones', () => {
  expect(fieldsOf(makeEvent({}, NOW_MS + 48 * HOUR_MS), makeEvent({}, Date.UTC(2000, 0, 1)))).toEqual([]);
});

it('refuses an id of another time than the event', () => {
  expect(fieldsOf(makeEvent({ occurredAtUs: BigInt(NOW_MS - 1) * 1000n }))).toEqual(['items.items[0].event_id']);
});

it('refuses numbers that no column holds', () => {
  const event = makeEvent({
    type: Number(40_000),
    provider: -1,
    machineGenerated: Number(40_000),
    templateVersion: 2 ** 31,
    linkIndex: 2 ** 32 - 1,
  });
  expect(fieldsOf(event)).toEqual(
    ['type', 'provider', 'machine_generated', 'template_version', 'link_index'].map(
      (field) => `items.items[0].${field}`,
    ),
  );
});
