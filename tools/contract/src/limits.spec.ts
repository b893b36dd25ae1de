import {
  AccountContract,
  CreateConnectionRequest,
  checkCreateConnectionRequest,
  checkUpdateConnectionRequest,
  ListConnectionsRequest,
  UpdateConnectionRequest,
} from '@kelp/contract-account';
import {
  AnalyticsContract,
  AppendEventsRequest,
  type Bucket,
  checkQueryMetricsRequest,
  QueryMetricsRequest,
} from '@kelp/contract-analytics';
import { checkEvent, Event, EventType, Provider } from '@kelp/contract-event';
import { Content, checkContent } from '@kelp/contract-template';

const id = '0191d6c0-0000-7000-8000-000000000001';
const organization = `organizations/${id}`;
const connection = `${organization}/connections/${id}`;

const bytes = Buffer.alloc(16, 7);
const event = Event.fromPartial({
  eventId: bytes,
  type: EventType.DELIVERED,
  occurredAtUs: 1n,
  receivedAtUs: 1n,
  organizationId: bytes,
  connectionId: bytes,
  provider: Provider.SENDGRID,
  messageId: bytes,
  recipientHash: bytes,
});

describe('the limits in the contracts', () => {
  it('name every wrong field at once, each with its limit', () => {
    const request = CreateConnectionRequest.fromPartial({
      parent: 'organizations/1',
      connection: { displayName: 'x'.repeat(101), verificationKeys: ['a', ''], filter: { acceptedTypes: [0] } },
      requestId: id.toUpperCase(),
    });
    expect(checkCreateConnectionRequest(request)).toEqual([
      { field: 'parent', description: 'Must have the form organizations/{uuid}.' },
      { field: 'connection.display_name', description: 'Must have at most 100 characters.' },
      { field: 'connection.verification_keys[1]', description: 'Must have 1 to 1,024 characters.' },
      { field: 'connection.filter.accepted_types[0]', description: 'Must not be EVENT_TYPE_UNSPECIFIED.' },
      { field: 'request_id', description: 'Must be a UUID in lower case.' },
    ]);
  });

  it('name the key of a wrong entry', () => {
    expect(checkEvent({ ...event, metadata: { 'a"b': 'x'.repeat(1025) } })).toEqual([
      { field: 'metadata["a\\"b"]', description: 'Must have at most 1,024 characters.' },
    ]);
  });

  it('allow an update of some fields, with the others empty', () => {
    const request = UpdateConnectionRequest.fromPartial({ connection: { name: connection }, updateMask: ['filter'] });
    expect(checkUpdateConnectionRequest(request)).toEqual([]);
  });

  it('refuse a mask with other fields', () => {
    const request = UpdateConnectionRequest.fromPartial({ connection: { name: connection }, updateMask: ['provider'] });
    expect(checkUpdateConnectionRequest(request)).toEqual([
      {
        field: 'update_mask',
        description:
          'Must name only display_name, verification_keys, secrets, topic_arns, allowed_addresses, filter, requests_per_second_max, or fields within.',
      },
    ]);
  });

  it('count characters as Unicode code points', () => {
    expect(checkEvent({ ...event, campaign: '😀'.repeat(256) })).toEqual([]);
    expect(checkEvent({ ...event, campaign: '😀'.repeat(257) })).toHaveLength(1);
  });

  it('count the bytes of a body: 1 MiB, and no more', () => {
    const largest = '€'.repeat(349_525); // three bytes each
    expect(checkContent(Content.fromPartial({ mjml: `${largest}x` }))).toEqual([]);
    expect(checkContent(Content.fromPartial({ mjml: `${largest}xx` }))).toEqual([
      { field: 'mjml', description: 'Must have at most 1,048,576 bytes in UTF-8.' },
    ]);
  });

  it('let event types of later versions pass', () => {
    expect(checkEvent({ ...event, type: 99 as EventType })).toEqual([]);
  });

  it('refuse a question that this version cannot answer', () => {
    const request = QueryMetricsRequest.fromPartial({ parent: organization, bucket: 99 as Bucket });
    expect(checkQueryMetricsRequest(request)).toEqual([
      {
        field: 'bucket',
        description: expect.stringMatching(/^Must be one of BUCKET_UNSPECIFIED, BUCKET_MINUTE, .*\.$/),
      },
    ]);
  });
});

describe('the checks of a contract', () => {
  it('are found by the method of its definition', () => {
    const request = ListConnectionsRequest.fromPartial({ parent: organization, pageSize: 1001 });
    expect(AccountContract.checks.listConnections.request(request)).toEqual([
      { field: 'page_size', description: 'Must be from 0 to 1,000.' },
    ]);
  });

  it('take 5,000 events in a frame and no more, and leave the events themselves to the event store', () => {
    const check = AnalyticsContract.checks.appendEvents.request;
    const frame = (items: Event[]) =>
      AppendEventsRequest.fromPartial({ frame: { $case: 'items', value: { firstSequence: 1n, items } } });
    const wrong = Event.fromPartial({});
    expect(checkEvent(wrong)).toHaveLength(9);
    expect(check(frame(Array<Event>(5000).fill(wrong)))).toEqual([]);
    expect(check(frame(Array<Event>(5001).fill(wrong)))).toEqual([
      { field: 'items.items', description: 'Must have at most 5,000 items.' },
    ]);
  });

  it('refuse a frame of a kind that this version does not know', () => {
    expect(AnalyticsContract.checks.appendEvents.request({ frame: undefined })).toEqual([
      { field: 'frame', description: 'Must have one of hello, items.' },
    ]);
  });
});
