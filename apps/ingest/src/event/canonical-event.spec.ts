import { EventType, Provider } from '@kelp/contract-event';
import { type SendgridEvent, sendgridEvent } from '@kelp/webhook-samples';
import { makeConnection } from '../../test/make-connection.js';
import { knownConnection } from '../filter/known-connection.js';
import type { EventDetails, ReportedEvent } from '../providers/provider.js';
import { readElement } from '../providers/sendgrid/element.js';
import { EventBuilder } from './canonical-event.js';

const organization = '01890000-0000-7000-8000-0000000000aa';
const connection = knownConnection(makeConnection({}, { organization }))!;
const elsewhere = knownConnection(makeConnection({}, { organization }))!;
const foreign = knownConnection(makeConnection())!;
const builder = new EventBuilder(Buffer.alloc(32, 1));
const NOW_MS = 1_790_000_000_123;

const sample = (fields: Partial<SendgridEvent> = {}) =>
  sendgridEvent('open', { timestamp: 1_780_000_000, sg_event_id: 'e', sg_message_id: 'm.x', ...fields });
const detailsOf = (fields: Partial<SendgridEvent> = {}) =>
  (readElement(sample(fields)) as ReportedEvent).read() as EventDetails;
const build = (fields?: Partial<SendgridEvent>, where = connection, receivedAtMs = NOW_MS, by = builder) =>
  by.build(detailsOf(fields), where, receivedAtMs);

it('says where, when and from whom it came', () => {
  expect(build()).toMatchObject({
    type: EventType.OPENED,
    provider: Provider.SENDGRID,
    organizationId: connection.organizationId,
    connectionId: connection.connectionId,
    occurredAtUs: 1_780_000_000_000_000n,
    receivedAtUs: 1_790_000_000_123_000n,
  });
});

it('is the same event however often and whenever it is posted', () => {
  expect(build({}, connection, NOW_MS + 60_000).eventId).toEqual(build().eventId);
});

it.each([
  ['SendGrid’s identifier', build({ sg_event_id: 'f' })],
  ['its time', build({ timestamp: 1_780_000_001 })],
  ['its type', build({ event: 'click' })],
  ['its connection', build({}, elsewhere)],
])('is another event where %s differs', (_, event) => expect(event.eventId).not.toEqual(build().eventId));

it('has an identifier of version 8 that begins with its time', () => {
  const { eventId } = build();
  expect(eventId.readUIntBE(0, 6)).toBe(1_780_000_000_000);
  expect(eventId[6]! >> 4).toBe(8);
  expect(eventId[8]! >> 6).toBe(0b10);
});

describe('the recipient', () => {
  it('is hashed with the key and the organization, whatever the case of the address', () => {
    const { recipientHash } = build({ email: 'Ada@Example.COM' });
    expect(recipientHash).toHaveLength(16);
    expect(build({ email: 'ada@example.com' }, elsewhere).recipientHash).toEqual(recipientHash);
    expect(build({ email: 'eve@example.com' }).recipientHash).not.toEqual(recipientHash);
    expect(build({ email: 'ada@example.com' }, foreign).recipientHash).not.toEqual(recipientHash);
    const another = new EventBuilder(Buffer.alloc(32, 2));
    expect(build({ email: 'ada@example.com' }, connection, NOW_MS, another).recipientHash).not.toEqual(recipientHash);
  });

  it.each([
    ['Ada@Example.COM', 'example.com'],
    ['"a@b"@example.com', 'example.com'],
    ['nobody', ''],
    [`a@${'x'.repeat(300)}`, 'x'.repeat(253)],
  ])('%s is at "%s"', (email, domain) => expect(build({ email }).recipientDomain).toBe(domain));

  it('stands nowhere in the event in plain', () => {
    const event = build({ email: 'ada@example.com' });
    expect(JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      'ada@',
    );
  });
});

describe('the message', () => {
  it('is the same for all events of one mail to one recipient', () => {
    expect(build({ sg_event_id: 'f', sg_message_id: 'm.other' }).messageId).toEqual(build().messageId);
    expect(build({ email: 'eve@example.com' }).messageId).not.toEqual(build().messageId);
    expect(build({ sg_message_id: 'n.x' }).messageId).not.toEqual(build().messageId);
  });

  it('is one of its own where SendGrid does not say which', () => {
    const nameless = { sg_message_id: '', 'smtp-id': '' };
    expect(build(nameless).messageId).not.toEqual(build({ ...nameless, sg_event_id: 'f' }).messageId);
    expect(build(nameless).messageId).toEqual(build(nameless).messageId);
  });
});

it('names its template in bytes, or not at all', () => {
  expect(build({ kelp_template: organization }).templateId.toString('hex')).toBe(organization.replaceAll('-', ''));
  expect(build().templateId).toHaveLength(0);
});
