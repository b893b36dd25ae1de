import { ActorReason, type EventFilter, ExportFormat, type ListEventsRequest } from '@kelp/contract-analytics';
import { type Event, EventType, MachineGenerated } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { Code } from '@kelp/status';
import { parquetReadObjects } from 'hyparquet';
import { idOf } from './make-event.js';
import { CHROME, NOON_MS, StoreUnderTest } from './store-under-test.js';

const store = new StoreUnderTest();
const send = (...events: Event[]) => store.send(...events);
const event = (afterMs: number, type: EventType, fields: Partial<Event> = {}) => store.event(afterMs, type, fields);
const filterOf = (filter: Partial<EventFilter>): EventFilter => ({
  template: '',
  types: [],
  startTime: undefined,
  endTime: undefined,
  recipientHash: Buffer.alloc(0),
  recipientDomain: '',
  variant: '',
  campaign: '',
  locale: '',
  actors: [],
  ...filter,
});
const list = (request: Partial<ListEventsRequest> = {}) =>
  store.analytics.client.listEvents({
    parent: store.parent,
    filter: undefined,
    pageSize: 0,
    pageToken: '',
    ...request,
  });
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
describe('events', () => {
  it('come back as they were sent, with what was found out about them', async () => {
    const click = event(0, EventType.CLICKED, {
      userAgent: CHROME,
      url: 'https://example.com/?q=1',
      tags: ['a'],
      metadata: { user: '42' },
      occurredAtUs: BigInt(NOON_MS) * 1000n + 7n,
      workspaceId: idOf('workspace'),
    });
    await send(click);
    const { events, nextPageToken } = await list();
    expect(events).toEqual([
      {
        event: click,
        actor: MachineGenerated.HUMAN,
        actorReason: ActorReason.ORDINARY_USER_AGENT,
        rulesVersion: 2,
        device: 'desktop',
        client: 'chrome',
        first: true,
      },
    ]);
    expect(nextPageToken).toBe('');
  });

  it('come page by page, each once, the newest first', async () => {
    const sent = Array.from({ length: 25 }, (_, index) => event(index * 1000, EventType.DELIVERED));
    await send(...sent, event(0, EventType.DELIVERED, { organizationId: idOf('somebody else') }));
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await list({ pageSize: 10, pageToken });
      seen.push(...page.events.map((stored) => bytesToUuid(stored.event!.eventId)));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(seen).toEqual(sent.map(({ eventId }) => bytesToUuid(eventId)).reverse());
  });

  it.each<[string, Partial<EventFilter>, number]>([
    ['type', { types: [EventType.OPENED] }, 1],
    ['start', { startTime: new Date(NOON_MS + 2000) }, 1],
    ['end', { endTime: new Date(NOON_MS + 2000) }, 2],
    ['domain', { recipientDomain: 'gmail.com' }, 1],
    ['locale', { locale: 'de' }, 1],
    ['recipient', { recipientHash: idOf('ada') }, 1],
    ['actor', { actors: [MachineGenerated.HUMAN] }, 1],
    ['variant', { variant: 'B' }, 0],
  ])('are filtered by %s', async (_, filter, expected) => {
    await send(
      event(0, EventType.DELIVERED, { recipientDomain: 'gmail.com' }),
      event(1000, EventType.OPENED, { userAgent: CHROME, locale: 'de' }),
      event(2000, EventType.CLICKED, { recipientHash: idOf('ada') }),
    );
    expect((await list({ filter: filterOf(filter) })).events).toHaveLength(expected);
  });

  it('refuse a token of another list, and a template of another organization', async () => {
    await send(event(0, EventType.DELIVERED), event(1, EventType.DELIVERED));
    const { nextPageToken } = await list({ pageSize: 1 });
    for (const request of [
      { pageToken: nextPageToken, filter: filterOf({ locale: 'de' }) },
      { pageToken: 'nonsense' },
    ]) {
      expect(await refusal(list(request))).toMatchObject({ code: Code.INVALID_ARGUMENT, reason: 'INVALID_PAGE_TOKEN' });
    }
    const template = `organizations/${bytesToUuid(idOf('x'))}/templates/${bytesToUuid(idOf('template'))}`;
    expect(await refusal(list({ filter: filterOf({ template }) }))).toMatchObject({ reason: 'INVALID_FIELDS' });
  });

  it('of one message are its timeline', async () => {
    await send(
      event(5000, EventType.OPENED),
      event(9000, EventType.OPENED),
      event(0, EventType.DELIVERED),
      event(1, EventType.DELIVERED, { messageId: idOf('another') }),
    );
    const { events } = await store.analytics.client.getMessageTimeline({
      parent: store.parent,
      messageId: idOf(`${store.parent} message`),
    });
    expect(events.map(({ event: of, first }) => [of!.type, first])).toEqual([
      [EventType.DELIVERED, false],
      [EventType.OPENED, true],
      [EventType.OPENED, false],
    ]);
    const elsewhere = `organizations/${bytesToUuid(idOf('somebody else'))}`;
    const none = await store.analytics.client.getMessageTimeline({
      parent: elsewhere,
      messageId: idOf(`${store.parent} message`),
    });
    expect(none.events).toEqual([]);
  });
});

describe('an export', () => {
  const exported = async (format: ExportFormat) => {
    const pieces: Buffer[] = [];
    let count = 0n;
    for await (const piece of store.analytics.client.exportEvents({
      parent: store.parent,
      filter: undefined,
      format,
    })) {
      pieces.push(piece.data);
      count = piece.events;
    }
    return { file: Buffer.concat(pieces), count: Number(count) };
  };

  it('has every event once, in order, in either format', async () => {
    const sent = Array.from({ length: 4_500 }, (_, index) =>
      event(index, index % 2 ? EventType.OPENED : EventType.DELIVERED, {
        tags: index % 3 ? [] : ['ü'],
        userAgent: CHROME,
      }),
    );
    await send(...sent);
    const ids = sent.map(({ eventId }) => bytesToUuid(eventId));

    const ndjson = await exported(ExportFormat.NDJSON);
    const lines = ndjson.file
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(ndjson.count).toBe(4_500);
    expect(lines.map(({ event_id }) => event_id)).toEqual(ids);
    expect(lines[1]).toMatchObject({
      type: 'OPENED',
      occurred_at: '2026-11-20T12:00:00.001Z',
      actor: 'HUMAN',
      tags: [],
    });

    const parquet = await exported(ExportFormat.PARQUET);
    const bytes = Uint8Array.from(parquet.file);
    const rows = await parquetReadObjects({ file: bytes.buffer });
    expect(rows.map(({ event_id }) => event_id)).toEqual(ids);
    expect(rows[3]).toMatchObject({
      type: 'OPENED',
      occurred_at: new Date(NOON_MS + 3),
      tags: ['ü'],
      locale: 'en-US',
      url: null,
      first: false,
    });
  });

  it('of nothing is an empty file', async () => {
    expect((await exported(ExportFormat.NDJSON)).file).toHaveLength(0);
    const { file } = await exported(ExportFormat.PARQUET);
    expect(await parquetReadObjects({ file: Uint8Array.from(file).buffer })).toEqual([]);
  });
});
