import { type CountRecipientsRequest, Dimension, RecipientAction } from '@kelp/contract-analytics';
import { type Event, EventType } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { Code } from '@kelp/status';
import { idOf } from './make-event.js';
import { CHROME, NOON_MS, StoreUnderTest } from './store-under-test.js';

const store = new StoreUnderTest();
const DAY_MS = 86_400_000;
const { DELIVERED, OPENED, CLICKED } = EventType;

const ask = (request: Partial<CountRecipientsRequest> = {}) =>
  store.analytics.client.countRecipients({
    parent: store.parent,
    template: '',
    startTime: new Date(NOON_MS),
    endTime: new Date(NOON_MS),
    groupBy: [],
    filters: [],
    ...request,
  });
/** What each group counts, by the name of the action. */
const counts = async (request: Partial<CountRecipientsRequest> = {}) => {
  const { rows } = await ask(request);
  return rows.map((row) =>
    Object.fromEntries(row.counts.map(({ action, count }) => [RecipientAction[action], Number(count)])),
  );
};
let recipients = 0;
/** An event of somebody, who has a message of their own. */
const by = (recipient: string, type: EventType, fields: Partial<Event> = {}) => {
  recipients += 1;
  return store.event(recipients, type, {
    recipientHash: idOf(`${store.parent} ${recipient}`),
    messageId: idOf(`${store.parent} ${recipients}`),
    ...fields,
  });
};
const send = async (...events: Event[]) => {
  await store.send(...events);
  await store.folded();
};

describe('different recipients', () => {
  it('are counted once, whatever they got, opened and clicked, and however often', async () => {
    const again = by('ada', DELIVERED);
    await send(
      ...[again, again, by('ada', DELIVERED), by('eve', DELIVERED), by('bob', EventType.BOUNCED)],
      ...[by('ada', OPENED, { userAgent: CHROME }), by('eve', OPENED, { userAgent: 'Mozilla/5.0' }), by('eve', OPENED)],
      ...[by('ada', CLICKED, { userAgent: CHROME }), by('eve', CLICKED, { recipientAmbiguous: true })],
    );
    await send(again);
    expect((await ask()).rows).toEqual([
      {
        group: [],
        counts: [
          { action: RecipientAction.DELIVERED, count: 2n, exact: true, errorBound: 0 },
          { action: RecipientAction.OPENED, count: 2n, exact: true, errorBound: 0 },
          { action: RecipientAction.HUMAN_OPENED, count: 1n, exact: true, errorBound: 0 },
          { action: RecipientAction.CLICKED, count: 1n, exact: true, errorBound: 0 },
          { action: RecipientAction.HUMAN_CLICKED, count: 1n, exact: true, errorBound: 0 },
        ],
      },
    ]);
    await store.expectRight();
  });

  it('add up over templates, versions and days without being counted twice', async () => {
    const welcome = { templateId: idOf('welcome'), templateVersion: 1 };
    const later = BigInt(NOON_MS + DAY_MS) * 1000n;
    const tomorrow = store.event(DAY_MS, DELIVERED, {
      recipientHash: idOf(`${store.parent} ada`),
      messageId: idOf(`${store.parent} tomorrow`),
      occurredAtUs: later,
    });
    await send(by('ada', DELIVERED, welcome), by('eve', DELIVERED, welcome), by('ada', DELIVERED), tomorrow);
    expect(await counts()).toEqual([{ DELIVERED: 2 }]);
    const both = { endTime: new Date(NOON_MS + DAY_MS) };
    expect(await counts(both)).toEqual([{ DELIVERED: 2 }]);
    expect(await counts({ startTime: both.endTime, ...both })).toEqual([{ DELIVERED: 1 }]);
    expect((await counts({ groupBy: [Dimension.TEMPLATE] })).map((row) => row.DELIVERED).sort()).toEqual([1, 2]);
    const template = `${store.parent}/templates/${bytesToUuid(idOf('welcome'))}`;
    expect(await counts({ template })).toEqual([{ DELIVERED: 2 }]);
    expect(await counts({ template: `${template}/versions/2` })).toEqual([]);
    const filters = [{ dimension: Dimension.TEMPLATE, values: [template] }];
    expect(await counts({ filters, ...both })).toEqual([{ DELIVERED: 2 }]);
  });

  it('are told as an estimate with its error where they are many', async () => {
    await send(...Array.from({ length: 5_000 }, (_, index) => by(String(index), DELIVERED)));
    await send(...Array.from({ length: 5_000 }, (_, index) => by(String(index + 2_500), DELIVERED)));
    const [row] = (await ask()).rows;
    const [count] = row!.counts;
    expect(count).toMatchObject({ exact: false });
    expect(count!.errorBound).toBeCloseTo(0.0225, 3);
    // Four times the bound is eight standard errors.
    expect(Math.abs(Number(count!.count) / 7_500 - 1)).toBeLessThan(4 * count!.errorBound);
    await store.expectRight();
  });

  it('stay right, and nobody is told, when one is forgotten', async () => {
    await send(by('ada', DELIVERED), by('eve', DELIVERED), by('ada', OPENED, { userAgent: CHROME }));
    const before = await counts();
    const recipientHash = idOf(`${store.parent} ada`);
    const holding = async () =>
      (
        await store.sql.query('select from recipient_sketch where position($1::bytea in sketch) > 0', [
          recipientHash.subarray(0, 8),
        ])
      ).rows.length;
    expect(await holding()).toBeGreaterThan(0);
    await store.analytics.client.forgetRecipient({ parent: store.parent, recipientHash });
    expect(await holding()).toBe(0);
    expect(await counts()).toEqual(before);
    await store.expectRight();

    await send(...Array.from({ length: 1_000 }, (_, index) => by(String(index), DELIVERED)));
    await store.analytics.client.forgetRecipient({ parent: store.parent, recipientHash: idOf(`${store.parent} 7`) });
    await store.expectRight();
  });

  it('follow where events are judged again, and can be counted anew', async () => {
    await send(
      by('ada', DELIVERED),
      ...['a', 'b', 'c'].map((path) =>
        by('ada', CLICKED, {
          userAgent: CHROME,
          url: `https://e.example/${path}`,
          messageId: idOf(`${store.parent} burst`),
        }),
      ),
    );
    expect(await counts()).toMatchObject([{ CLICKED: 1, HUMAN_CLICKED: 1 }]);
    const range = { startTime: new Date(NOON_MS - DAY_MS), endTime: new Date(NOON_MS + DAY_MS) };
    await store.analytics.client.reclassifyEvents({ parent: store.parent, ...range, rulesVersion: 2, dryRun: false });
    expect(await counts()).toEqual([{ DELIVERED: 1, CLICKED: 1 }]);
    await store.expectRight();

    await store.sql.query('delete from recipient_sketch where action = 4');
    const { rollups } = await store.analytics.client.verifyCounts({});
    expect(rollups.find(({ level }) => level === 'recipients')!.wrongRows).toBeGreaterThan(0n);
    await store.analytics.client.rebuildCounts({});
    expect(await counts()).toEqual([{ DELIVERED: 1, CLICKED: 1 }]);
    await store.expectRight();
  });

  it('refuse what cannot be', async () => {
    const wrong: [Partial<CountRecipientsRequest>, string][] = [
      [{ startTime: undefined }, 'start_time'],
      [{ endTime: new Date(NOON_MS - DAY_MS) }, 'end_time'],
      [{ endTime: new Date(NOON_MS + 367 * DAY_MS) }, 'end_time'],
      [{ groupBy: [Dimension.COUNTRY] }, 'group_by'],
      [{ filters: [{ dimension: Dimension.TAG, values: ['a'] }] }, 'filters[0].dimension'],
      [{ filters: [{ dimension: Dimension.LOCALE, values: [] }] }, 'filters[0].values'],
      [{ template: `organizations/${bytesToUuid(idOf('other'))}/templates/${bytesToUuid(idOf('x'))}` }, 'template'],
    ];
    for (const [request, field] of wrong) {
      await expect(ask(request)).rejects.toMatchObject({
        code: Code.INVALID_ARGUMENT,
        message: expect.stringContaining(field),
      });
    }
    await send(
      ...Array.from({ length: 1_001 }, (_, version) => by('ada', DELIVERED, { templateVersion: version + 1 })),
    );
    await expect(ask({ groupBy: [Dimension.VERSION] })).rejects.toMatchObject({ reason: 'TOO_MANY_ROWS' });
    expect(await counts()).toEqual([{ DELIVERED: 1 }]);
  });
});
