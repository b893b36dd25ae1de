import { randomBytes } from 'node:crypto';
import {
  ActorReason,
  Bucket,
  type EventFilter,
  ExportFormat,
  type ListEventsRequest,
  Metric,
} from '@kelp/contract-analytics';
import { type Event, EventType, MachineGenerated } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { Code } from '@kelp/status';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import { parquetReadObjects } from 'hyparquet';
import pg from 'pg';
import { idOf, makeEvent } from './make-event.js';
import { type Analytics, startAnalytics } from './start-analytics.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const NOON_MS = Date.parse('2026-11-20T12:00:00Z');

let database: FreshDatabase;
let analytics: Analytics;
let sql: pg.Pool;
/** Another one each time. */
let organizationId: Buffer;
let parent: string;

beforeAll(async () => {
  database = await freshDatabase('analytics');
  analytics = await startAnalytics(database.url);
  sql = new pg.Pool({ connectionString: database.url });
});

beforeEach(() => {
  organizationId = randomBytes(16);
  parent = `organizations/${bytesToUuid(organizationId)}`;
});

afterAll(async () => {
  await analytics.close();
  await sql.end();
  await database.drop();
});

const merged = () =>
  eventually(async () => expect((await sql.query('select from count_pending limit 1')).rows).toEqual([]));
const send = async (...events: Event[]) => {
  await analytics.sender().send(events);
  await merged();
};
const event = (afterMs: number, type: EventType, fields: Partial<Event> = {}) =>
  makeEvent({ timeMs: NOON_MS + afterMs }, { organizationId, type, messageId: idOf(`${parent} message`), ...fields });
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
  analytics.client.listEvents({ parent, filter: undefined, pageSize: 0, pageToken: '', ...request });
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const right = async () => {
  const { rollups } = await analytics.client.verifyCounts({});
  expect(rollups).toEqual(['minute', 'quarter', 'hour', 'day'].map((level) => ({ level, wrongRows: 0n })));
};
const metrics = async () => {
  const { rows } = await analytics.client.queryMetrics({
    parent,
    template: '',
    startTime: undefined,
    endTime: undefined,
    bucket: Bucket.UNSPECIFIED,
    groupBy: [],
    filters: [],
    timeZone: '',
    comparePrevious: false,
  });
  return Object.fromEntries((rows[0]?.metrics ?? []).map(({ metric, count }) => [Metric[metric], Number(count)]));
};

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
    const { events } = await analytics.client.getMessageTimeline({ parent, messageId: idOf(`${parent} message`) });
    expect(events.map(({ event: of, first }) => [of!.type, first])).toEqual([
      [EventType.DELIVERED, false],
      [EventType.OPENED, true],
      [EventType.OPENED, false],
    ]);
    const elsewhere = `organizations/${bytesToUuid(idOf('somebody else'))}`;
    const none = await analytics.client.getMessageTimeline({ parent: elsewhere, messageId: idOf(`${parent} message`) });
    expect(none.events).toEqual([]);
  });
});

describe('an export', () => {
  const exported = async (format: ExportFormat) => {
    const pieces: Buffer[] = [];
    let count = 0n;
    for await (const piece of analytics.client.exportEvents({ parent, filter: undefined, format })) {
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

it('forgets a recipient, and leaves all counts as they were', async () => {
  const hash = randomBytes(16);
  const own = { recipientHash: hash, metadata: { email: 'ada@example.com' }, url: 'https://example.com/a?who=ada' };
  await send(
    event(0, EventType.DELIVERED, own),
    event(1000, EventType.OPENED, { ...own, userAgent: CHROME }),
    event(2000, EventType.CLICKED, { ...own, userAgent: CHROME, tags: ['a'] }),
    event(0, EventType.DELIVERED, { messageId: idOf('b') }),
  );
  const before = await metrics();
  await analytics.sender().send([event(3000, EventType.OPENED, { ...own, userAgent: CHROME })]); // is pending yet, or not
  expect(await analytics.client.forgetRecipient({ parent, recipientHash: hash })).toEqual({
    events: 4n,
    remaining: 0n,
  });
  await merged();
  expect(await metrics()).toEqual({ ...before, OPENED: 2, REPEAT_OPENED: 1, HUMAN_OPENED: 2 });
  const { events } = await list();
  const text = JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  for (const trace of ['ada@', 'who=']) expect(text).not.toContain(trace);
  expect(new Set(events.map((stored) => stored.event!.recipientHash.toString('hex'))).size).toBe(2);
  await right();
  expect(await analytics.client.forgetRecipient({ parent, recipientHash: hash })).toEqual({
    events: 0n,
    remaining: 0n,
  });
});

describe('judging again', () => {
  const reclassify = (rulesVersion: number, dryRun = false) =>
    analytics.client.reclassifyEvents({
      parent,
      startTime: new Date(NOON_MS - 60_000),
      endTime: new Date(NOON_MS + 86_400_000),
      rulesVersion,
      dryRun,
    });
  const change = { type: EventType.CLICKED, from: MachineGenerated.HUMAN, to: MachineGenerated.SCANNER };

  it('tells the difference, makes it where it is told to, and undoes it by the version before', async () => {
    const click = (afterMs: number, path: string, message: string) =>
      event(afterMs, EventType.CLICKED, {
        userAgent: CHROME,
        url: `https://e.example/${path}`,
        messageId: idOf(message),
      });
    const burst = `${parent} burst`;
    const hasty = `${parent} hasty`;
    await send(
      event(0, EventType.DELIVERED, { messageId: idOf(hasty) }),
      click(1_000, 'a', hasty),
      click(60_000, 'a', hasty),
      ...['a', 'b', 'c'].map((path, index) => click(100_000 + index * 1000, path, burst)),
    );
    const before = await metrics();
    expect(before).toMatchObject({ HUMAN_CLICKED: 5, UNIQUE_HUMAN_CLICKED: 2 });
    expect(await reclassify(2, true)).toEqual({ examined: 5n, changes: [{ ...change, count: 4n }] });
    expect(await metrics()).toEqual(before);
    expect(await reclassify(2)).toEqual({ examined: 5n, changes: [{ ...change, count: 4n }] });
    await merged();
    expect(await metrics()).toMatchObject({
      CLICKED: 5,
      UNIQUE_CLICKED: 2,
      HUMAN_CLICKED: 1,
      UNIQUE_HUMAN_CLICKED: 1,
      MACHINE_CLICKED: 4,
    });
    await right();
    expect(await reclassify(2)).toEqual({ examined: 5n, changes: [] });
    expect((await reclassify(1)).changes).toEqual([{ ...change, from: change.to, to: change.from, count: 4n }]);
    await merged();
    expect(await metrics()).toEqual(before);
    await right();
  });

  it('refuses rules that there are not, and times without an end', async () => {
    expect(await refusal(reclassify(9))).toMatchObject({
      reason: 'INVALID_FIELDS',
      violations: [{ field: 'rules_version' }],
    });
    const endless = { parent, startTime: new Date(0), endTime: undefined, rulesVersion: 1, dryRun: true };
    expect(await refusal(analytics.client.reclassifyEvents(endless))).toMatchObject({
      violations: [{ field: 'end_time' }],
    });
  });
});

it('counts anew what was damaged', async () => {
  await send(event(0, EventType.OPENED));
  await sql.query('update count_hour set n7 = n7 + 1');
  const { rollups } = await analytics.client.verifyCounts({});
  expect(rollups.filter(({ wrongRows }) => wrongRows > 0n).map(({ level }) => level)).toEqual(['hour']);
  await analytics.client.rebuildCounts({});
  await right();
});
