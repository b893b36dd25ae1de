import { randomBytes } from 'node:crypto';
import { Bucket, type MetricsRow, type QueryMetricsRequest, type WatchMetricsRequest } from '@kelp/contract-analytics';
import { EventType } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { type WatchFrame, type Watching, type WatchOptions, watch } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import { Database } from '../src/database.js';
import { MetricsRepository } from '../src/metrics/metrics.repository.js';
import { MetricsFeed } from '../src/metrics/metrics-feed.js';
import type { MetricsQuery } from '../src/metrics/metrics-query.js';
import { makeEvent } from './make-event.js';
import { type Analytics, startAnalytics } from './start-analytics.js';

let database: FreshDatabase;
let analytics: Analytics;
let watching: Watching[];
/** Another one each time. */
let organizationId: Buffer;

beforeAll(async () => {
  database = await freshDatabase('analytics');
  analytics = await startAnalytics(database.url);
});

beforeEach(() => {
  watching = [];
  organizationId = randomBytes(16);
});

afterEach(async () => {
  await Promise.all(watching.map((one) => one.close()));
});

afterAll(async () => {
  await analytics.close();
  await database.drop();
});

const queryOf = (fields: Partial<QueryMetricsRequest> = {}): QueryMetricsRequest => ({
  parent: `organizations/${bytesToUuid(organizationId)}`,
  template: '',
  startTime: undefined,
  endTime: undefined,
  bucket: Bucket.UNSPECIFIED,
  groupBy: [],
  filters: [],
  timeZone: '',
  comparePrevious: false,
  ...fields,
});

type WatchRequests = Parameters<WatchOptions<MetricsRow>['open']>[0];

async function* asking(requests: WatchRequests, query: QueryMetricsRequest | undefined) {
  let isFirst = true;
  for await (const { frame } of requests) {
    yield { frame, query: isFirst ? query : undefined } as WatchMetricsRequest;
    isFirst = false;
  }
}

/** Watches, and remembers what it heard. */
function heard(
  query: QueryMetricsRequest | undefined,
  { via = analytics.client, ...options }: Partial<WatchOptions<MetricsRow>> & { via?: Analytics['client'] } = {},
) {
  const frames: WatchFrame<MetricsRow>[] = [];
  const errors: string[] = [];
  const one = watch<MetricsRow>({
    open: (requests, callOptions) => via.watchMetrics(asking(requests, query), callOptions),
    apply: async (frame) => void frames.push(frame),
    onReconnect: (error) => errors.push(error.reason),
    ...options,
  });
  watching.push(one);
  const total = () =>
    Number(
      frames
        .flatMap(({ items }) => items)
        .at(-1)
        ?.counts.reduce((sum, { count }) => sum + count, 0n) ?? 0n,
    );
  return { one, frames, errors, total };
}

const send = (count: number, type = EventType.DELIVERED) =>
  analytics.sender().send(Array.from({ length: count }, () => makeEvent({}, { organizationId, type })));

it('begins with what there is, and goes on with what changes', async () => {
  await send(3);
  const { one, frames, total } = heard(queryOf());
  await one.synced;
  expect(frames[0]).toMatchObject({ reset: true, synced: true });
  expect(total()).toBe(3);
  await send(2, EventType.OPENED);
  await eventually(() => expect(total()).toBe(5));
  await send(1, EventType.OPENED);
  await eventually(() => expect(total()).toBe(6));
  expect(frames.slice(1).every(({ reset }) => !reset)).toBe(true);
});

it('goes on where it was, and begins anew where the server does not know that any more', async () => {
  await send(3);
  const first = heard(queryOf());
  await first.one.synced;
  await first.one.close();
  const { resumeToken } = first.frames.at(-1)!;
  await send(2);
  const resumed = heard(queryOf(), { resumeToken });
  await eventually(() => expect(resumed.total()).toBe(5));
  expect(resumed.frames.every(({ reset }) => !reset)).toBe(true);
  const stale = heard(queryOf(), { resumeToken: 'gone.7' });
  await stale.one.synced;
  expect(stale.errors).toEqual(['RESUME_TOKEN_EXPIRED']);
  expect(stale.frames[0]!.reset).toBe(true);
  expect(stale.total()).toBe(5);
});

it('tells thousands of streams over a few connections, each what it asked for', async () => {
  const before = process.memoryUsage().rss;
  const connections = await Promise.all(Array.from({ length: 4 }, () => analytics.another()));
  const queries = [Bucket.UNSPECIFIED, Bucket.MINUTE, Bucket.DAY].map((bucket) => queryOf({ bucket }));
  const all = Array.from({ length: 2_000 }, (_, index) =>
    heard(queries[index % queries.length], { via: connections[index % connections.length]! }),
  );
  await Promise.all(all.map(({ one }) => one.synced));
  expect(all.every(({ frames }) => frames[0]!.reset && frames[0]!.items.length === 0)).toBe(true);
  await send(4);
  await eventually(() => expect(all.filter(({ total }) => total() === 4)).toHaveLength(2_000), { timeoutMs: 20_000 });
  // Both ends of each stream are in this process.
  expect((process.memoryUsage().rss - before) / 2_000).toBeLessThan(300 * 1024);
}, 60_000);

it('asks the store once for thousands who watch the same', async () => {
  const pool = new Database(database.url, 2, logger('test', 'fatal'));
  let asked = 0;
  const repository = new (class extends MetricsRepository {
    override query(query: MetricsQuery) {
      asked += 1;
      return super.query(query);
    }
  })(pool);
  const feed = new MetricsFeed(repository, logger('test', 'fatal'));
  feed.onApplicationBootstrap();
  const stop = new AbortController();
  const all = Array.from({ length: 3_000 }, () => feed.watch(queryOf(), '', stop.signal));
  const snapshots = await Promise.all(all.map((one) => one.next()));
  expect(snapshots.every(({ value }) => value?.items.length === 0)).toBe(true);
  expect(asked).toBe(1);
  const changes = Promise.all(all.map((one) => one.next()));
  await send(4);
  for (const { value } of await changes) expect(value?.items[0]?.counts).toEqual([{ type: 3, count: 4n }]);
  expect(asked).toBeLessThan(50);
  stop.abort();
  await feed.beforeApplicationShutdown();
  await pool.onApplicationShutdown();
});

it('refuses a query that cannot be, and has nothing to tell where there is none', async () => {
  const wrong = heard(queryOf({ timeZone: 'Europe/Atlantis' }));
  await eventually(() => expect(wrong.errors).toContain('INVALID_FIELDS'));
  const none = heard(undefined);
  await none.one.synced;
  expect(none.frames.flatMap(({ items }) => items)).toEqual([]);
});

it('has room for so many different queries, and makes some where nobody watches', async () => {
  const pool = new Database(database.url, 2, logger('test', 'fatal'));
  const feed = new MetricsFeed(new MetricsRepository(pool), logger('test', 'fatal'), 1);
  const stop = new AbortController();
  const first = feed.watch(queryOf(), '', stop.signal);
  await first.next();
  const other = queryOf({ bucket: Bucket.DAY });
  await expect(feed.watch(other, '', stop.signal).next()).rejects.toMatchObject({ reason: 'TOO_MANY_WATCHES' });
  await first.return(undefined);
  expect((await feed.watch(other, '', stop.signal).next()).done).toBe(false);
  stop.abort();
  await pool.onApplicationShutdown();
});

it('refuses one more than there is room for over the wire as well', async () => {
  // Such a query asks for no time at all: it costs the store nothing.
  const none = (index: number) => queryOf({ startTime: new Date(index), endTime: new Date(index) });
  const [connection] = await Promise.all([analytics.another()]);
  const all = Array.from({ length: 900 }, (_, index) => heard(none(index), { via: connection! }));
  const others = Array.from({ length: 100 }, (_, index) => heard(none(900 + index)));
  await Promise.all([...all, ...others].map(({ one }) => one.synced));
  const tooMany = heard(none(1_000));
  await eventually(() => expect(tooMany.errors).toContain('TOO_MANY_WATCHES'));
}, 60_000);
