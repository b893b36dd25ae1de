import { Bucket, Dimension, Metric, type QueryMetricsRequest, Rate } from '@kelp/contract-analytics';
import { EventType } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { Code } from '@kelp/status';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { idOf, makeEvent } from './make-event.js';
import { type Analytics, startAnalytics } from './start-analytics.js';

const parent = `organizations/${bytesToUuid(idOf('organization'))}`;
const template = `${parent}/templates/${bytesToUuid(idOf('template'))}`;

let database: FreshDatabase;
let analytics: Analytics;
let sql: pg.Pool;

beforeEach(async () => {
  database = await freshDatabase('analytics');
  analytics = await startAnalytics(database.url);
  sql = new pg.Pool({ connectionString: database.url });
});

afterEach(async () => {
  await analytics.close();
  await sql.end();
  await database.drop();
});

const query = async (request: Partial<QueryMetricsRequest> = {}) => {
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
    ...request,
  });
  return rows;
};

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

it('counts an event as soon as it is acknowledged', async () => {
  await analytics.sender().send([makeEvent()]);
  expect(await query()).toEqual([
    {
      bucketStartTime: undefined,
      template: '',
      version: 0,
      counts: [{ type: EventType.DELIVERED, count: 1n }],
      group: [],
      metrics: [{ metric: Metric.DELIVERED, count: 1n }],
      rates: [
        Rate.UNIQUE_OPEN,
        Rate.UNIQUE_OPEN_ALL,
        Rate.CLICK_THROUGH,
        Rate.CLICK_THROUGH_ALL,
        Rate.COMPLAINT,
        Rate.UNSUBSCRIBE,
      ].map((rate) => ({ rate, numerator: 0n, denominator: 1n, value: 0 })),
    },
  ]);
});

it('stores every field of an event', async () => {
  const timeMs = Date.UTC(2026, 10, 24, 12, 30, 15, 123);
  const event = makeEvent(
    { timeMs, name: 'full' },
    {
      type: EventType.CLICKED,
      occurredAtUs: BigInt(timeMs) * 1000n + 456n,
      subType: 'unique',
      variant: 'B',
      campaign: 'spring “sale” 🌱',
      tags: ['a', 'b "quoted"', 'ü'],
      metadata: { user: '42', 'key "x"': '\\u0000 back\\slash', nul: 'a\0b' },
      url: 'https://example.com/?q=1',
      linkIndex: 3,
      userAgent: 'Mozilla/5.0 (iPad)\0',
      ipCountry: 'DE',
      machineGenerated: 2,
      smtpCode: 250,
      enhancedStatus: '2.0.0',
      diagnostic: 'OK',
      workspaceId: idOf('workspace'),
      recipientAmbiguous: true,
    },
  );
  await analytics.sender().send([event]);
  const { rows } = await sql.query('select * from event join dimension using (dimension_id)');
  expect(rows).toEqual([
    {
      event_id: bytesToUuid(event.eventId),
      message_id: bytesToUuid(event.messageId),
      recipient_hash: bytesToUuid(event.recipientHash),
      dimension_id: expect.any(String),
      total_id: expect.any(String),
      occurred_at: new Date(timeMs),
      received_at: new Date(timeMs + 1500),
      link_index: 3,
      smtp_code: 250,
      type: EventType.CLICKED,
      machine_generated: 2,
      sub_type: 'unique',
      provider_event_id: 'full',
      provider_message_id: 'full.filter0001',
      recipient_domain: 'example.com',
      url: 'https://example.com/?q=1',
      user_agent: 'Mozilla/5.0 (iPad)\ufffd',
      ip_country: 'DE',
      enhanced_status: '2.0.0',
      diagnostic: 'OK',
      tags: ['a', 'b "quoted"', 'ü'],
      metadata: { user: '42', 'key "x"': '\\u0000 back\\slash', nul: 'a\ufffdb' },
      organization_id: bytesToUuid(event.organizationId),
      connection_id: bytesToUuid(event.connectionId),
      provider: 1,
      template_id: bytesToUuid(event.templateId),
      template_version: 1,
      locale: 'en-US',
      variant: 'B',
      campaign: 'spring “sale” 🌱',
      workspace_id: bytesToUuid(event.workspaceId),
      actor: 2,
      actor_reason: 2,
      rules_version: 2,
      recipient_ambiguous: true,
      device: 'tablet',
      client: null,
    },
  ]);
  const micros = await sql.query(`select extract(microseconds from occurred_at)::integer as us from event`);
  expect(micros.rows).toEqual([{ us: 15_123_456 }]);
});

it('counts an event once, however often and wherever it arrives', async () => {
  const event = makeEvent();
  const [one, other] = [analytics.sender(), analytics.sender()];
  await Promise.all([one.send([event, event]), other.send([event]), other.send([event, makeEvent()])]);
  await one.send([event]);
  expect(await query()).toMatchObject([{ counts: [{ count: 2n }] }]);
});

it('takes in events of long ago, and of any order', async () => {
  const days = [0, 400, 3, 9000, 1].map((ago) => Date.now() - ago * 86_400_000);
  await analytics.sender().send(days.map((timeMs) => makeEvent({ timeMs })));
  const rows = await query({ bucket: Bucket.DAY });
  const starts = days.sort((a, b) => a - b).map((ms) => new Date(Math.floor(ms / 86_400_000) * 86_400_000));
  expect(rows.map(({ bucketStartTime }) => bucketStartTime)).toEqual(starts);
});

it('keeps types that nobody knows yet', async () => {
  await analytics.sender().send([14, 16, 300, 32_767].map((type) => makeEvent({}, { type })));
  expect(await query()).toMatchObject([{ counts: [14, 16, 300, 32_767].map((type) => ({ type, count: 1n })) }]);
});

it('refuses a frame with a wrong event, says which one, and stores nothing of it', async () => {
  const ahead = Date.now() + 3 * 86_400_000;
  const events = [makeEvent(), makeEvent({}, { messageId: Buffer.alloc(15) }), makeEvent({ timeMs: ahead })];
  const good = analytics.sender().send([makeEvent()]);
  const bad = await refusal(analytics.sender().send(events));
  expect(bad).toMatchObject({
    code: Code.INVALID_ARGUMENT,
    reason: 'INVALID_EVENT',
    violations: [
      { field: 'items.items[1].message_id', description: 'Must have exactly 16 bytes.' },
      { field: 'items.items[2].occurred_at_us' },
      { field: 'items.items[2].received_at_us' },
    ],
  });
  await good;
  expect(await query()).toMatchObject([{ counts: [{ count: 1n }] }]);
});

describe('a query', () => {
  const at = (time: string) => Date.parse(`2026-11-24T${time}Z`);
  const other = idOf('other template');

  beforeEach(async () => {
    const events = [
      makeEvent({ timeMs: at('10:00:00') }),
      makeEvent({ timeMs: at('10:00:59.999') }, { templateVersion: 2 }),
      makeEvent({ timeMs: at('10:01:00') }, { type: EventType.OPENED }),
      makeEvent({ timeMs: at('11:30:00') }, { templateId: other }),
      makeEvent({ timeMs: at('11:30:00') }, { templateId: Buffer.alloc(0), templateVersion: 0 }),
      makeEvent({ timeMs: at('11:30:00') }, { organizationId: idOf('somebody else') }),
    ];
    await analytics.sender().send(events);
  });

  it('tells buckets apart', async () => {
    const rows = await query({ bucket: Bucket.MINUTE });
    expect(
      rows.map(({ bucketStartTime, counts }) => [
        bucketStartTime,
        counts.map(({ type, count }) => [type, Number(count)]),
      ]),
    ).toEqual([
      [new Date(at('10:00:00')), [[EventType.DELIVERED, 2]]],
      [new Date(at('10:01:00')), [[EventType.OPENED, 1]]],
      [new Date(at('11:30:00')), [[EventType.DELIVERED, 2]]],
    ]);
  });

  it('tells templates and versions apart, mail of no template first', async () => {
    const name = (id: Buffer) => `${parent}/templates/${bytesToUuid(id)}`;
    const byVersion = await query({ groupBy: [Dimension.VERSION] });
    const ordered = [name(other), template].sort();
    expect(byVersion.map(({ template, version }) => [template, version])).toEqual([
      ['', 0],
      ...ordered.flatMap((of) =>
        of === template
          ? [
              [of, 1],
              [of, 2],
            ]
          : [[of, 1]],
      ),
    ]);
    const byTemplate = await query({ groupBy: [Dimension.TEMPLATE] });
    expect(byTemplate.map(({ template, version }) => [template, version])).toEqual([
      ['', 0],
      ...ordered.map((of) => [of, 0]),
    ]);
  });

  it('keeps to one template, or one version of it', async () => {
    const total = async (of: string) =>
      (await query({ template: of })).flatMap(({ counts }) => counts.map(({ count }) => Number(count)));
    expect(await total(template)).toEqual([2, 1]);
    expect(await total(`${template}/versions/2`)).toEqual([1]);
    expect(await total(`${template}/versions/9`)).toEqual([]);
  });

  it.each([
    ['10:00:30', '10:01:30', Bucket.UNSPECIFIED, 2],
    ['10:01:00', '11:30:00', Bucket.UNSPECIFIED, 1],
    ['00:00:00', '23:59:00', Bucket.UNSPECIFIED, 5],
    ['10:00:00', '11:59:59', Bucket.HOUR, 3],
    ['10:59:59', undefined, Bucket.HOUR, 5],
    ['11:00:00', undefined, Bucket.UNSPECIFIED, 2],
    [undefined, '11:30:00', Bucket.UNSPECIFIED, 3],
    ['11:30:00', '10:00:00', Bucket.UNSPECIFIED, 0],
  ])('counts from %s to %s in buckets of kind %s: %s events', async (start, end, bucket, expected) => {
    const rows = await query({
      bucket,
      startTime: start ? new Date(at(start)) : undefined,
      endTime: end ? new Date(at(end)) : undefined,
    });
    const total = rows.flatMap(({ counts }) => counts).reduce((sum, { count }) => sum + Number(count), 0);
    expect(total).toBe(expected);
  });

  it('refuses a template of another organization', async () => {
    const elsewhere = template.replace(parent, `organizations/${bytesToUuid(idOf('somebody else'))}`);
    expect(await refusal(query({ template: elsewhere }))).toMatchObject({
      code: Code.INVALID_ARGUMENT,
      reason: 'INVALID_FIELDS',
      violations: [{ field: 'template' }],
    });
  });
});

it('refuses a query with more rows than an answer holds', async () => {
  const start = Date.UTC(2026, 10, 1);
  const events = Array.from({ length: 10_001 }, (_, minute) => makeEvent({ timeMs: start + minute * 60_000 }));
  await analytics.sender().send(events.slice(0, 10_000));
  expect(await query({ bucket: Bucket.MINUTE })).toHaveLength(10_000);
  await analytics.sender().send(events.slice(10_000));
  expect(await refusal(query({ bucket: Bucket.MINUTE }))).toMatchObject({
    code: Code.OUT_OF_RANGE,
    reason: 'TOO_MANY_ROWS',
    metadata: { rows_max: '10000' },
  });
});
