import { randomBytes, randomUUID } from 'node:crypto';
import { Conclusion, type CreateExperimentRequest, Metric } from '@kelp/contract-analytics';
import { EventType } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { Code } from '@kelp/status';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { idOf, makeEvent } from './make-event.js';
import { type Analytics, startAnalytics } from './start-analytics.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

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

const request = (fields: Partial<CreateExperimentRequest> = {}): CreateExperimentRequest => ({
  parent,
  experimentId: randomUUID(),
  displayName: 'Blue or green',
  template: `${parent}/templates/${bytesToUuid(idOf('template'))}`,
  variants: [
    { name: 'blue', weight: 1 },
    { name: 'green', weight: 1 },
  ],
  goal: Metric.UNSPECIFIED,
  trialsMin: 0,
  ...fields,
});
const create = (fields: Partial<CreateExperimentRequest> = {}) => analytics.client.createExperiment(request(fields));
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Delivers to each of some recipients once, and has some of them click. */
const deliver = async (variant: string, trials: number, successes: number) => {
  const events = Array.from({ length: trials }, (_, index) => {
    const fields = { organizationId, variant, messageId: randomBytes(16) };
    const click = makeEvent({}, { ...fields, type: EventType.CLICKED, userAgent: CHROME });
    return index < successes ? [makeEvent({}, fields), click] : [makeEvent({}, fields)];
  });
  await analytics.sender().send(events.flat());
  await eventually(async () => expect((await sql.query('select from count_pending limit 1')).rows).toEqual([]));
};

it('is made once, however often it is asked for, and read, listed and ended', async () => {
  const one = request();
  const experiment = await analytics.client.createExperiment(one);
  expect(experiment).toMatchObject({ goal: Metric.UNIQUE_HUMAN_CLICKED, trialsMin: 100, endTime: undefined });
  expect(await analytics.client.createExperiment(one)).toEqual(experiment);
  expect(await analytics.client.getExperiment({ name: experiment.name })).toEqual(experiment);
  expect(await refusal(create({ ...one, displayName: 'Other' }))).toMatchObject({
    code: Code.ALREADY_EXISTS,
    reason: 'EXPERIMENT_EXISTS',
    metadata: { experiment: experiment.name },
  });
  const others = [await create(), await create()];
  const page = await analytics.client.listExperiments({ parent, pageSize: 2, pageToken: '' });
  const rest = await analytics.client.listExperiments({ parent, pageSize: 2, pageToken: page.nextPageToken });
  const names = [...page.experiments, ...rest.experiments].map(({ name }) => name);
  expect(names.sort()).toEqual([experiment, ...others].map(({ name }) => name).sort());
  expect(rest.nextPageToken).toBe('');
  const wrong = analytics.client.listExperiments({ parent, pageSize: 2, pageToken: 'x' });
  expect(await refusal(wrong)).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });

  const ended = await analytics.client.endExperiment({ name: experiment.name });
  expect(ended.endTime).toBeInstanceOf(Date);
  expect(await analytics.client.endExperiment({ name: experiment.name })).toEqual(ended);
  expect(await refusal(analytics.client.assignVariants({ name: experiment.name, units: [] }))).toMatchObject({
    code: Code.FAILED_PRECONDITION,
    reason: 'EXPERIMENT_ENDED',
  });
});

it.each<[string, () => Partial<CreateExperimentRequest>]>([
  ['one variant', () => ({ variants: [{ name: 'a', weight: 1 }] })],
  ['two of one name', () => ({ variants: Array(2).fill({ name: 'a', weight: 1 }) })],
  ['a weight of nothing', () => ({ variants: ['a', 'b'].map((name) => ({ name, weight: 0 })) })],
  ['a goal that cannot be', () => ({ goal: Metric.BOUNCED })],
  ['somebody else’s template', () => ({ template: `organizations/${randomUUID()}/templates/${randomUUID()}` })],
])('is refused with %s', async (_, fields) => {
  expect(await refusal(create(fields()))).toMatchObject({ code: Code.INVALID_ARGUMENT, reason: 'INVALID_FIELDS' });
});

it('is not found where there is none, nor in another organization', async () => {
  const { name } = await create();
  const elsewhere = name.replace(parent, `organizations/${randomUUID()}`);
  const calls = [
    analytics.client.getExperiment({ name: elsewhere }),
    analytics.client.endExperiment({ name: elsewhere }),
    analytics.client.assignVariants({ name: elsewhere, units: [] }),
    analytics.client.getExperimentResults({ name: elsewhere }),
  ];
  for (const refused of await Promise.all(calls.map(refusal))) {
    expect(refused).toMatchObject({ code: Code.NOT_FOUND, reason: 'EXPERIMENT_NOT_FOUND' });
  }
});

it('gives a recipient one variant, and remembers it once', async () => {
  const { name } = await create();
  const units = Array.from({ length: 200 }, () => randomBytes(16));
  const { variants } = await analytics.client.assignVariants({ name, units });
  const again = await analytics.client.assignVariants({ name, units: [...units].reverse() });
  expect(again.variants.reverse()).toEqual(variants);
  const { variants: results } = await analytics.client.getExperimentResults({ name });
  expect(results.map(({ assigned }) => Number(assigned))).toEqual(
    ['blue', 'green'].map((variant) => variants.filter((of) => of === variant).length),
  );
});

it('says which variant won, and that it is more than chance', async () => {
  const { name } = await create();
  const early = await analytics.client.getExperimentResults({ name });
  expect(early).toMatchObject({ conclusion: Conclusion.TOO_EARLY, winner: '' });
  await deliver('blue', 1_000, 50);
  await deliver('green', 1_000, 140);
  const results = await analytics.client.getExperimentResults({ name });
  expect(results).toMatchObject({ conclusion: Conclusion.WINNER, winner: 'green', sampleRatioP: 1 });
  const [blue, green] = results.variants;
  expect([blue!.trials, blue!.successes, green!.trials, green!.successes]).toEqual([1000n, 50n, 1000n, 140n]);
  expect(green!.probabilityBest).toBeGreaterThan(0.99);
  expect(green!.alwaysValidP).toBeLessThan(0.05);
  expect(green!.difference).toBeCloseTo(0.09, 12);
});

it('does not tell apart what is alike, and believes nothing where the split is broken', async () => {
  const { name } = await create();
  await deliver('blue', 600, 50);
  await deliver('green', 600, 55);
  expect((await analytics.client.getExperimentResults({ name })).conclusion).toBe(Conclusion.NO_DIFFERENCE_YET);
  await deliver('green', 600, 300);
  expect(await analytics.client.getExperimentResults({ name })).toMatchObject({
    conclusion: Conclusion.SAMPLE_RATIO_MISMATCH,
    winner: '',
  });
});
