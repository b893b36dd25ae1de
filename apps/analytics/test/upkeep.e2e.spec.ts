import { randomBytes } from 'node:crypto';
import { EventType, MachineGenerated } from '@kelp/contract-event';
import { idOf } from './make-event.js';
import { CHROME, NOON_MS, StoreUnderTest } from './store-under-test.js';

const store = new StoreUnderTest();
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

it('forgets a recipient, and leaves all counts as they were', async () => {
  const hash = randomBytes(16);
  const own = { recipientHash: hash, metadata: { email: 'ada@example.com' }, url: 'https://example.com/a?who=ada' };
  await store.send(
    store.event(0, EventType.DELIVERED, own),
    store.event(1000, EventType.OPENED, { ...own, userAgent: CHROME }),
    store.event(2000, EventType.CLICKED, { ...own, userAgent: CHROME, tags: ['a'] }),
    store.event(0, EventType.DELIVERED, { messageId: idOf('b') }),
  );
  const before = await store.metrics();
  await store.analytics.sender().send([store.event(3000, EventType.OPENED, { ...own, userAgent: CHROME })]); // is pending yet, or not
  expect(await store.analytics.client.forgetRecipient({ parent: store.parent, recipientHash: hash })).toEqual({
    events: 4n,
    remaining: 0n,
  });
  await store.merged();
  expect(await store.metrics()).toEqual({ ...before, OPENED: 2, REPEAT_OPENED: 1, HUMAN_OPENED: 2 });
  const { events } = await store.analytics.client.listEvents({
    parent: store.parent,
    filter: undefined,
    pageSize: 0,
    pageToken: '',
  });
  const text = JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  for (const trace of ['ada@', 'who=']) expect(text).not.toContain(trace);
  expect(new Set(events.map((stored) => stored.event!.recipientHash.toString('hex'))).size).toBe(2);
  await store.expectRight();
  expect(await store.analytics.client.forgetRecipient({ parent: store.parent, recipientHash: hash })).toEqual({
    events: 0n,
    remaining: 0n,
  });
});

describe('judging again', () => {
  const reclassify = (rulesVersion: number, dryRun = false) =>
    store.analytics.client.reclassifyEvents({
      parent: store.parent,
      startTime: new Date(NOON_MS - 60_000),
      endTime: new Date(NOON_MS + 86_400_000),
      rulesVersion,
      dryRun,
    });
  const change = { type: EventType.CLICKED, from: MachineGenerated.HUMAN, to: MachineGenerated.SCANNER };

  it('tells the difference, makes it where it is told to, and undoes it by the version before', async () => {
    const click = (afterMs: number, path: string, message: string) =>
      store.event(afterMs, EventType.CLICKED, {
        userAgent: CHROME,
        url: `https://e.example/${path}`,
        messageId: idOf(message),
      });
    const burst = `${store.parent} burst`;
    const hasty = `${store.parent} hasty`;
    await store.send(
      store.event(0, EventType.DELIVERED, { messageId: idOf(hasty) }),
      click(1_000, 'a', hasty),
      click(60_000, 'a', hasty),
      ...['a', 'b', 'c'].map((path, index) => click(100_000 + index * 1000, path, burst)),
    );
    const before = await store.metrics();
    expect(before).toMatchObject({ HUMAN_CLICKED: 5, UNIQUE_HUMAN_CLICKED: 2 });
    expect(await reclassify(2, true)).toEqual({ examined: 5n, changes: [{ ...change, count: 4n }] });
    expect(await store.metrics()).toEqual(before);
    expect(await reclassify(2)).toEqual({ examined: 5n, changes: [{ ...change, count: 4n }] });
    await store.merged();
    expect(await store.metrics()).toMatchObject({
      CLICKED: 5,
      UNIQUE_CLICKED: 2,
      HUMAN_CLICKED: 1,
      UNIQUE_HUMAN_CLICKED: 1,
      MACHINE_CLICKED: 4,
    });
    await store.expectRight();
    expect(await reclassify(2)).toEqual({ examined: 5n, changes: [] });
    expect((await reclassify(1)).changes).toEqual([{ ...change, from: change.to, to: change.from, count: 4n }]);
    await store.merged();
    expect(await store.metrics()).toEqual(before);
    await store.expectRight();
  });

  it('refuses rules that there are not, and times without an end', async () => {
    expect(await refusal(reclassify(9))).toMatchObject({
      reason: 'INVALID_FIELDS',
      violations: [{ field: 'rules_version' }],
    });
    const endless = { parent: store.parent, startTime: new Date(0), endTime: undefined, rulesVersion: 1, dryRun: true };
    expect(await refusal(store.analytics.client.reclassifyEvents(endless))).toMatchObject({
      violations: [{ field: 'end_time' }],
    });
  });
});

it('counts anew what was damaged', async () => {
  await store.send(store.event(0, EventType.OPENED));
  await store.sql.query('update count_hour set n7 = n7 + 1');
  const { rollups } = await store.analytics.client.verifyCounts({});
  expect(rollups.filter(({ wrongRows }) => wrongRows > 0n).map(({ level }) => level)).toEqual(['hour']);
  await store.analytics.client.rebuildCounts({});
  await store.expectRight();
});
