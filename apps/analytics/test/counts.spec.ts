import { logger } from '@kelp/telemetry';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { Database } from '../src/database.js';
import { DimensionRepository } from '../src/event/dimension.repository.js';
import { EventRepository } from '../src/event/event.repository.js';
import { FacetRepository } from '../src/event/facet.repository.js';
import { PartitionRepository } from '../src/event/partition.repository.js';
import { CountRepository } from '../src/metrics/count.repository.js';
import { FirstRepository } from '../src/metrics/first.repository.js';
import { idOf, makeEvent } from './make-event.js';

let fresh: FreshDatabase;
let database: Database;
let counts: CountRepository;
let events: EventRepository;

const makeEvents = () =>
  new EventRepository(
    database,
    new DimensionRepository(database),
    new FacetRepository(database),
    new PartitionRepository(database),
  );

beforeEach(async () => {
  fresh = await freshDatabase('analytics');
  database = new Database(fresh.url, 8, logger('test', 'fatal'));
  counts = new CountRepository(database);
  events = makeEvents();
});

afterEach(async () => {
  await database.onApplicationShutdown();
  await fresh.drop();
});

const RIGHT = { minute: 0, quarter: 0, hour: 0, day: 0 };
const total = async (level: string) => {
  const [row] = await database.query<{ total: number }>(
    `select sum(n3)::integer as total from count_${level} join dimension using (dimension_id) where kind = 0`,
  );
  return row!.total;
};

it('are right before, between and after merges', async () => {
  for (let commit = 0; commit < 3; commit += 1) {
    await events.append([
      makeEvent(),
      makeEvent({ timeMs: Date.now() - 7_200_000 }),
      makeEvent({}, { type: Number(98) }),
    ]);
    expect(await counts.verify()).toEqual(RIGHT);
  }
  // Each of the 9 counts has a facet besides: the recipient's domain.
  expect(await counts.merge()).toEqual({ merged: 18, pending: 0 });
  expect(await counts.verify()).toEqual(RIGHT);
  await events.append([makeEvent()]);
  expect(await counts.verify()).toEqual(RIGHT);
  expect(await counts.merge()).toEqual({ merged: 2, pending: 0 });
  expect(await counts.merge()).toEqual({ merged: 0, pending: 0 });
  for (const level of ['minute', 'hour', 'day']) expect(await total(level)).toBe(7);
});

it('are merged once, by however many at a time', async () => {
  const appending = Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let commit = 0; commit < 10; commit += 1) {
        // Opens of few messages, the later ones earlier by their own time: each merge moves firsts of the one before.
        const opened = { type: 7, messageId: idOf(`message ${commit % 3}`) };
        const timeMs = Date.now() - commit * 60_000;
        await events.append([makeEvent(), makeEvent(), makeEvent({ timeMs }, opened)]);
      }
    }),
  );
  let appended = false;
  const pending = async () => !appended || (await counts.merge()).pending > 0;
  const merging = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (await pending()) {
        await counts.merge();
      }
    }),
  );
  await appending;
  appended = true;
  await merging;
  expect(await total('day')).toBe(120);
  expect(await counts.verify()).toEqual(RIGHT);
});

it.each([
  'update count_hour set n3 = n3 + 1',
  'delete from count_minute',
  `insert into count_day select 1, 0, now(), 0, 0, ${Array(16).fill(1)}`,
])('are found out where they are wrong: %s', async (damage) => {
  await events.append([makeEvent()]);
  await counts.merge();
  await database.query(damage);
  const wrong = await counts.verify();
  expect(Object.values(wrong).filter((rows) => rows > 0)).toHaveLength(1);
});

it('count an event once that several processes append at the same time', async () => {
  const batch = Array.from({ length: 500 }, () => makeEvent());
  const others = Array.from({ length: 3 }, makeEvents);
  await Promise.all(others.map((other, index) => other.append(index % 2 ? batch : [...batch].reverse())));
  await counts.merge();
  expect(await total('minute')).toBe(500);
  expect(await counts.verify()).toEqual(RIGHT);
});

it('go on in a partition that was taken away and comes again', async () => {
  const timeMs = Date.UTC(2020, 1, 29);
  await events.append([makeEvent({ timeMs })]);
  await database.query('drop table event_20200229');
  await events.append([makeEvent({ timeMs })]);
  expect(await database.query('select count(*)::integer as n from event')).toEqual([{ n: 1 }]);
});

it('are right for one commit of more days than a transaction locks', async () => {
  const days = Array.from({ length: 250 }, (_, day) => makeEvent({ timeMs: Date.UTC(2010, 0, 1 + day) }));
  await events.append(days);
  const rows = await database.query('select entries from count_pending order by commit_id');
  expect(rows.map(({ entries }) => entries)).toEqual([200, 200, 100]);
  expect(await counts.merge()).toEqual({ merged: 500, pending: 0 });
  expect(await counts.verify()).toEqual(RIGHT);
});

it('stay right, and stay, where the events of old days are let go of, and take none of those days any more', async () => {
  const partitions = new PartitionRepository(database);
  const [first, second, third] = [0, 1, 2].map((day) => Date.UTC(2020, 1, 27 + day)) as [number, number, number];
  const openOf = (timeMs: number) => makeEvent({ timeMs }, { type: 7, messageId: idOf('message') });
  await events.append([first, second, third].flatMap((timeMs) => [makeEvent({ timeMs }), openOf(timeMs)]));
  await counts.merge();
  await partitions.dropBefore(second / 86_400_000);
  expect(await database.query('select count(*)::integer as n from event')).toEqual([{ n: 4 }]);
  expect(await total('day')).toBe(3);
  expect(await counts.verify()).toEqual(RIGHT);

  await makeEvents().append([makeEvent({ timeMs: first }), openOf(third + 1)]);
  await counts.merge();
  expect(await database.query('select count(*)::integer as n from event')).toEqual([{ n: 5 }]);
  expect(await counts.verify()).toEqual(RIGHT);
  await counts.rebuild();
  expect(await counts.verify()).toEqual(RIGHT);
  expect(await total('day')).toBe(3);

  await partitions.dropBefore(first / 86_400_000);
  expect(await partitions.horizon()).toBe(second / 86_400_000);
});

it('stay right where it is let go of which opens of long ago were the first', async () => {
  const firstDay = Date.UTC(2020, 1, 27);
  const DAY = 86_400_000;
  const open = (message: string, day: number) =>
    makeEvent({ timeMs: firstDay + day * DAY }, { type: 7, messageId: idOf(message) });
  await events.append([open('over', 0), open('goes on', 0), open('goes on', 3), open('later', 2)]);
  await counts.merge();
  await new PartitionRepository(database).dropBefore(firstDay / DAY + 1);
  const firsts = new FirstRepository(database);
  expect(await firsts.trimBefore(firstDay / DAY)).toBe(0);
  expect(await firsts.trimBefore(firstDay / DAY + 1)).toBe(1);
  expect(await counts.verify()).toEqual(RIGHT);

  await makeEvents().append([open('over', 4), open('goes on', 4), open('later', 4)]);
  await counts.merge();
  expect(await counts.verify()).toEqual(RIGHT);
  const uniques = await database.query<{ n: number }>(
    `select sum(n8)::integer as n from count_day join dimension using (dimension_id) where kind = 0 and block = 2048`,
  );
  expect(uniques).toEqual([{ n: 4 }]);
});
