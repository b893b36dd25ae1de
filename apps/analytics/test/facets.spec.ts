import { randomInt } from 'node:crypto';
import { logger } from '@kelp/telemetry';
import { type FreshDatabase, freshDatabase } from '@kelp/testing';
import { Database } from '../src/database.js';
import { DimensionRepository } from '../src/event/dimension.repository.js';
import { EventRepository } from '../src/event/event.repository.js';
import { FacetRepository } from '../src/event/facet.repository.js';
import { PartitionRepository } from '../src/event/partition.repository.js';
import { CountRepository } from '../src/metrics/count.repository.js';
import { randomWorkload } from './random-workload.js';

/** Shown with a failure; set it to see the same workload again. */
const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
const RIGHT = { minute: 0, quarter: 0, hour: 0, day: 0 };

let fresh: FreshDatabase;
let database: Database;
let counts: CountRepository;
let events: EventRepository;

beforeEach(async () => {
  fresh = await freshDatabase('analytics');
  database = new Database(fresh.url, 8, logger('test', 'fatal'));
  counts = new CountRepository(database);
  events = new EventRepository(
    database,
    new DimensionRepository(database),
    new FacetRepository(database),
    new PartitionRepository(database),
  );
});

afterEach(async () => {
  await database.onApplicationShutdown();
  await fresh.drop();
});

const mergeAll = async () => {
  while ((await counts.merge()).pending > 0) {
    // goes on
  }
};

describe(`with SEED=${seed}`, () => {
  it('counts while it appends what the events say afterwards, facets and firsts included', async () => {
    const [batches] = randomWorkload(seed, 1, 12);
    for (const [index, batch] of batches!.entries()) {
      await events.append(batch);
      if (index % 3 === 0) await mergeAll();
      if (index % 4 === 0) expect(await counts.verify()).toEqual(RIGHT);
    }
    expect(await counts.verify()).toEqual(RIGHT);
    await mergeAll();
    expect(await counts.verify()).toEqual(RIGHT);
    const [{ firsts }] = (await database.query<{ firsts: number }>(
      'select count(*)::integer as firsts from message_first',
    )) as [{ firsts: number }];
    expect(firsts).toBeGreaterThan(100);
  });

  it('can be counted anew at any time, while events come in', async () => {
    const [one, two] = randomWorkload(seed, 2, 8);
    for (const batch of one!) await events.append(batch);
    await mergeAll();
    await database.query('update count_day set n3 = n3 + 1, n7 = 5');
    await database.query('delete from message_first where kind = 1');
    expect(await counts.verify()).not.toEqual(RIGHT);
    const appending = (async () => {
      for (const batch of two!) await events.append(batch);
    })();
    await Promise.all([counts.rebuild(), appending, mergeAll()]);
    expect(await counts.verify()).toEqual(RIGHT);
    await mergeAll();
    expect(await counts.verify()).toEqual(RIGHT);
  });
});
