import { randomBytes } from 'node:crypto';
import { Bucket, Dimension, Metric, type QueryMetricsRequest, Rate } from '@kelp/contract-analytics';
import { type Event, EventType } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { Code } from '@kelp/status';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { idOf, makeEvent } from './make-event.js';
import { type Analytics, startAnalytics } from './start-analytics.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';
const APPLE_PRIVACY = 'Mozilla/5.0';
const GMAIL = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';

let database: FreshDatabase;
let analytics: Analytics;
let sql: pg.Pool;
/** Another one each time. */
let organizationId: Buffer;
let parent: string;

const newOrganization = () => {
  organizationId = randomBytes(16);
  parent = `organizations/${bytesToUuid(organizationId)}`;
};

beforeAll(async () => {
  database = await freshDatabase('analytics');
  analytics = await startAnalytics(database.url);
  sql = new pg.Pool({ connectionString: database.url });
});

afterAll(async () => {
  await analytics.close();
  await sql.end();
  await database.drop();
});

const ask = (request: Partial<QueryMetricsRequest>) =>
  analytics.client.queryMetrics({
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

/** Sends events, and waits until unique counts have followed. */
const send = async (...events: Event[]) => {
  await analytics.sender().send(events);
  await eventually(async () => expect((await sql.query('select from count_pending limit 1')).rows).toEqual([]));
};

const at = (time: string, message: string, type: EventType, fields: Partial<Event> = {}) =>
  makeEvent({ timeMs: Date.parse(time) }, { organizationId, type, messageId: idOf(`${parent} ${message}`), ...fields });

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('metrics', () => {
  beforeEach(newOrganization);
  const day = '2026-11-20T';

  it('are what the contract says, and rates show what they are made of', async () => {
    const open = (message: string, userAgent: string, fields: Partial<Event> = {}) =>
      at(`${day}10:00:00Z`, message, EventType.OPENED, { userAgent, ...fields });
    const click = (message: string, userAgent: string) =>
      at(`${day}10:00:00Z`, message, EventType.CLICKED, { userAgent });
    await send(
      ...['a', 'b', 'c', 'd', 'e'].map((message) => at(`${day}09:00:00Z`, message, EventType.ACCEPTED)),
      ...['a', 'b', 'c', 'd'].map((message) => at(`${day}09:00:01Z`, message, EventType.DELIVERED)),
      at(`${day}09:00:01Z`, 'e', EventType.BOUNCED, { enhancedStatus: '5.1.1' }),
      at(`${day}09:00:01Z`, 'f', EventType.BOUNCED, { subType: 'blocked' }),
      ...[open('a', CHROME), open('a', CHROME), open('a', GMAIL), open('b', APPLE_PRIVACY), open('c', GMAIL)],
      ...[open('d', ''), open('d', 'curl/8.1'), open('d', PHONE, { recipientAmbiguous: true })],
      ...[click('a', CHROME), click('a', CHROME), click('b', 'Barracuda Sentinel')],
      at(`${day}11:00:00Z`, 'c', EventType.COMPLAINED),
    );
    const { rows } = await ask({});
    const metrics = Object.fromEntries(rows[0]!.metrics.map(({ metric, count }) => [Metric[metric], Number(count)]));
    expect(metrics).toEqual({
      ACCEPTED: 5,
      DELIVERED: 4,
      BOUNCED: 2,
      HARD_BOUNCED: 1,
      SOFT_BOUNCED: 1,
      OPENED: 8,
      UNIQUE_OPENED: 4,
      REPEAT_OPENED: 3,
      HUMAN_OPENED: 3,
      UNIQUE_HUMAN_OPENED: 1,
      MACHINE_OPENED: 4,
      MPP_OPENED: 1,
      PROXY_OPENED: 2,
      SCANNER_OPENED: 1,
      UNKNOWN_OPENED: 1,
      AMBIGUOUS_OPENED: 1,
      CLICKED: 3,
      UNIQUE_CLICKED: 2,
      REPEAT_CLICKED: 1,
      HUMAN_CLICKED: 2,
      UNIQUE_HUMAN_CLICKED: 1,
      MACHINE_CLICKED: 1,
      COMPLAINED: 1,
    });
    const rates = Object.fromEntries(
      rows[0]!.rates.map(({ rate, numerator, denominator, value }) => {
        expect(value).toBe(Number(numerator) / Number(denominator));
        return [Rate[rate], `${numerator}/${denominator}`];
      }),
    );
    expect(rates).toEqual({
      DELIVERY: '4/5',
      UNIQUE_OPEN: '1/4',
      UNIQUE_OPEN_ALL: '4/4',
      CLICK_THROUGH: '1/4',
      CLICK_THROUGH_ALL: '2/4',
      CLICK_TO_OPEN: '1/1',
      CLICK_TO_OPEN_ALL: '2/4',
      HARD_BOUNCE: '1/5',
      BOUNCE: '2/5',
      COMPLAINT: '1/4',
      UNSUBSCRIBE: '0/4',
    });
  });

  it('move a unique open to the bucket and the facets of an earlier one that comes late', async () => {
    const uniques = async () => {
      const { rows } = await ask({ bucket: Bucket.DAY, groupBy: [Dimension.COUNTRY] });
      return rows.flatMap(({ bucketStartTime, group, metrics }) =>
        metrics
          .filter(({ metric }) => metric === Metric.UNIQUE_HUMAN_OPENED)
          .map(({ count }) => `${bucketStartTime!.toISOString().slice(0, 10)} ${group[0]!.value} ${count}`),
      );
    };
    const open = (time: string, ipCountry: string) =>
      at(time, 'late', EventType.OPENED, { userAgent: CHROME, ipCountry });
    await send(open('2026-11-20T10:00:00Z', 'CH'));
    expect(await uniques()).toEqual(['2026-11-20 CH 1']);
    await send(open('2026-11-18T10:00:00Z', 'JP'), open('2026-11-19T10:00:00Z', 'DE'));
    expect(await uniques()).toEqual(['2026-11-18 JP 1']);
  });
});

describe('rows', () => {
  beforeAll(async () => {
    newOrganization();
    const open = (message: string, fields: Partial<Event>) =>
      at('2026-11-20T10:00:00Z', message, EventType.OPENED, fields);
    await send(
      open('a', {
        userAgent: CHROME,
        ipCountry: 'CH',
        locale: 'de',
        tags: ['x', 'y'],
        variant: 'A',
        campaign: 'spring',
      }),
      open('b', { userAgent: PHONE, ipCountry: 'CH', locale: 'en', workspaceId: idOf('workspace') }),
      open('c', { userAgent: GMAIL, ipCountry: '', locale: 'en', tags: ['x'], recipientDomain: 'gmail.com' }),
      at('2026-11-20T11:00:00Z', 'a', EventType.CLICKED, { locale: 'de', url: 'https://a.example/x?id=1' }),
      at('2026-11-20T11:00:00Z', 'b', EventType.CLICKED, { locale: 'en', url: 'https://a.example/x?id=2#top' }),
    );
  });

  const told = async (request: Partial<QueryMetricsRequest>) => {
    const { rows } = await ask(request);
    return rows.map(
      ({ group, counts }) =>
        `${group.map(({ value }) => value).join('|')}: ${counts.map(({ type, count }) => `${type}×${count}`).join(' ')}`,
    );
  };

  it.each([
    [Dimension.LOCALE, ['de: 7×1 8×1', 'en: 7×2 8×1']],
    [Dimension.VARIANT, [': 7×2 8×2', 'A: 7×1']],
    [Dimension.CAMPAIGN, [': 7×2 8×2', 'spring: 7×1']],
    [Dimension.PROVIDER, ['1: 7×3 8×2']],
    [Dimension.CONNECTION, [`@/connections/${bytesToUuid(idOf('connection'))}: 7×3 8×2`]],
    [Dimension.WORKSPACE, [': 7×2 8×2', `@/workspaces/${bytesToUuid(idOf('workspace'))}: 7×1`]],
    [Dimension.RECIPIENT_DOMAIN, ['example.com: 7×2 8×2', 'gmail.com: 7×1']],
    [Dimension.COUNTRY, ['CH: 7×2']],
    [Dimension.DEVICE, ['desktop: 7×1', 'mobile: 7×1']],
    [Dimension.CLIENT, ['apple-mail: 7×1', 'chrome: 7×1', 'gmail: 7×1']],
    [Dimension.LINK, ['https://a.example/x: 8×2']],
    [Dimension.TAG, ['x: 7×2', 'y: 7×1']],
  ])('are told apart by dimension %i, and found by its values', async (dimension, rows) => {
    const expected = rows.map((row) => row.replace('@', parent));
    expect(await told({ groupBy: [dimension] })).toEqual(expected);
    for (const row of expected) {
      const values = [row.slice(0, row.lastIndexOf(': '))];
      expect(await told({ groupBy: [dimension], filters: [{ dimension, values }] })).toEqual([row]);
    }
  });

  it('are told apart by several dimensions and one facet, with filters on others', async () => {
    expect(await told({ groupBy: [Dimension.COUNTRY, Dimension.LOCALE] })).toEqual(['CH|de: 7×1', 'CH|en: 7×1']);
    const english = { dimension: Dimension.LOCALE, values: ['en', 'fr'] };
    const fromSwitzerland = { dimension: Dimension.COUNTRY, values: ['CH'] };
    expect(await told({ filters: [english, fromSwitzerland] })).toEqual([': 7×1']);
    expect(await told({ groupBy: [Dimension.LOCALE], filters: [fromSwitzerland] })).toEqual(['de: 7×1', 'en: 7×1']);
  });

  it.each<[string, Partial<QueryMetricsRequest>, string]>([
    ['two facets', { groupBy: [Dimension.COUNTRY, Dimension.LINK] }, 'group_by'],
    ['minutes of a facet', { groupBy: [Dimension.COUNTRY], bucket: Bucket.MINUTE }, 'bucket'],
    ['a zone that nobody knows', { timeZone: 'Europe/Atlantis' }, 'time_zone'],
    ['an offset', { timeZone: '+01:00' }, 'time_zone'],
    ['no value', { filters: [{ dimension: Dimension.LOCALE, values: [] }] }, 'filters[0].values'],
    ['no version', { filters: [{ dimension: Dimension.VERSION, values: ['x'] }] }, 'filters[0].values[0]'],
    ['half a time to compare', { comparePrevious: true, startTime: new Date() }, 'compare_previous'],
  ])('are refused for %s', async (_, request, field) => {
    expect(await refusal(ask(request))).toMatchObject({
      code: Code.INVALID_ARGUMENT,
      reason: 'INVALID_FIELDS',
      violations: [{ field }],
    });
  });
});

describe('buckets', () => {
  beforeEach(newOrganization);
  const starts = async (request: Partial<QueryMetricsRequest>) => {
    const { rows } = await ask(request);
    return rows.map(({ bucketStartTime, counts }) => `${bucketStartTime!.toISOString()} ${counts[0]!.count}`);
  };
  const delivered = (...times: string[]) =>
    send(...times.map((time) => makeEvent({ timeMs: Date.parse(time) }, { organizationId })));

  it('are days of 25 and 23 hours where clocks are changed', async () => {
    const timeZone = 'Europe/Zurich';
    await delivered('2026-10-24T21:59:00Z', '2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z', '2026-10-25T23:00:00Z');
    expect(await starts({ bucket: Bucket.DAY, timeZone })).toEqual([
      '2026-10-23T22:00:00.000Z 1',
      '2026-10-24T22:00:00.000Z 2',
      '2026-10-25T23:00:00.000Z 1',
    ]);
    await delivered('2026-03-28T23:00:00Z', '2026-03-29T21:59:00Z', '2026-03-29T22:00:00Z');
    const endTime = new Date('2026-04-01T00:00:00Z');
    expect(await starts({ bucket: Bucket.DAY, timeZone, endTime })).toEqual([
      '2026-03-28T23:00:00.000Z 2',
      '2026-03-29T22:00:00.000Z 1',
    ]);
    expect(await starts({ bucket: Bucket.MONTH, timeZone })).toEqual([
      '2026-02-28T23:00:00.000Z 3',
      '2026-09-30T22:00:00.000Z 4',
    ]);
  });

  it('tell the two hours apart that a clock shows twice', async () => {
    await delivered('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z');
    expect(await starts({ bucket: Bucket.HOUR, timeZone: 'Europe/Zurich' })).toEqual([
      '2026-10-25T00:00:00.000Z 1',
      '2026-10-25T01:00:00.000Z 1',
    ]);
  });

  it('start at quarters of an hour where the zone does', async () => {
    await delivered('2026-11-19T18:14:00Z', '2026-11-19T18:15:00Z', '2026-11-20T18:14:59Z');
    const expected = ['2026-11-18T18:15:00.000Z 1', '2026-11-19T18:15:00.000Z 2'];
    expect(await starts({ bucket: Bucket.DAY, timeZone: 'Asia/Kathmandu' })).toEqual(expected);
    expect(await starts({ bucket: Bucket.QUARTER_HOUR })).toEqual([
      '2026-11-19T18:00:00.000Z 1',
      '2026-11-19T18:15:00.000Z 1',
      '2026-11-20T18:00:00.000Z 1',
    ]);
  });

  it('of a week begin on Monday', async () => {
    await delivered('2026-11-22T23:59:00Z', '2026-11-23T00:00:00Z');
    expect(await starts({ bucket: Bucket.WEEK })).toEqual(['2026-11-16T00:00:00.000Z 1', '2026-11-23T00:00:00.000Z 1']);
  });

  it('stand beside those of as long a time before', async () => {
    await delivered('2026-11-17T10:00:00Z', '2026-11-18T10:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z');
    const { rows, previousRows } = await ask({
      startTime: new Date('2026-11-19T00:00:00Z'),
      endTime: new Date('2026-11-21T00:00:00Z'),
      comparePrevious: true,
    });
    expect([rows, previousRows].map(([row]) => row!.counts[0]!.count)).toEqual([2n, 2n]);
    const { previousRows: none } = await ask({});
    expect(none).toEqual([]);
  });
});
