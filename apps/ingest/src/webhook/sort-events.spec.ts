import {
  FilterCondition_Field,
  FilterCondition_Operator,
  FilterRule_Action,
  FilterRule_State,
} from '@kelp/contract-account';
import { checkEvent, type Event, EventType } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import { uuidv7 } from '@kelp/resource';
import { Expectation, sendgridBody, sendgridEvent, sendgridTraffic, sendgridTypes } from '@kelp/webhook-samples';
import fc from 'fast-check';
import { makeConnection } from '../../test/make-connection.js';
import { EventBuilder } from '../event/canonical-event.js';
import { knownConnection } from '../filter/known-connection.js';
import { TemplateTable } from '../filter/table.js';
import { parseBody, parseWhole } from '../providers/sendgrid/body.js';
import { sortEvents } from './sort-events.js';

const organization = uuidv7();
const templates = [
  { id: uuidv7(), versions: [1, 2] },
  { id: uuidv7(), versions: [5] },
];
const acceptedTypes = [EventType.DELIVERED, EventType.BOUNCED, EventType.OPENED, EventType.CLICKED];
const table = new TemplateTable();
for (const { id } of templates)
  table.apply({ name: `organizations/${organization}/templates/${id}`, publishedVersion: 1 });
const connection = knownConnection(
  makeConnection({ filter: { acceptedTypes, knownTemplatesOnly: true } }, { organization }),
)!;
const builder = new EventBuilder(Buffer.alloc(32));

function sort(body: Buffer, of = connection, parse = parseBody) {
  const parsed = parse(body);
  if (!parsed.valid) throw new Error(parsed.message);
  return sortEvents(parsed.elements, of, table, builder, Date.now());
}

/** What the contract says against these events. */
const violationsOf = (events: readonly Event[]) => events.flatMap((event) => checkEvent(event));

const wanted = (fields: object = {}) => sendgridEvent('open', { kelp_template: templates[0]!.id, ...fields });

it('keeps of realistic traffic exactly what the generator meant to be kept', () => {
  const expected = new Expectation({ acceptedTypes, knownTemplates: templates.map(({ id }) => id) });
  const actual = new Expectation({ acceptedTypes: [] });
  const dropped = { type: 0, template: 0 };
  for (const { body, samples } of sendgridTraffic({ seed: 5, runId: 'sort', events: 20_000, templates })) {
    expected.add(samples);
    const sorted = sort(body);
    dropped.type += sorted.dropped.type;
    dropped.template += sorted.dropped.template;
    expect([sorted.deadCount, violationsOf(sorted.kept)]).toEqual([0, []]);
    actual.add(
      sorted.kept.map(({ type, templateId, templateVersion: version }) => {
        const template = templates.find(({ id }) => id.replaceAll('-', '') === templateId.toString('hex'))!.id;
        return { type, template, version };
      }),
    );
  }
  expect(actual.counts()).toEqual(expected.counts());
  expect(dropped).toEqual(expected.dropped);
  expect(expected.kept).toBeGreaterThan(500);
});

it('loses no good event to a bad one beside it', () => {
  const bad = [null, { event: 'open', email: 'a@b', timestamp: 'never', kelp_template: templates[0]!.id }, 7, {}];
  const sorted = sort(sendgridBody([wanted(), ...bad, wanted()] as object[]));
  expect([sorted.kept.length, sorted.deadCount]).toEqual([2, 4]);
  expect(sorted.dead.map(({ payload }) => payload.toString())).toEqual(bad.map((element) => JSON.stringify(element)));
});

it('puts an unknown type of our mail aside, and drops that of other mail', () => {
  const sorted = sort(sendgridBody([wanted({ event: 'levitated' }), sendgridEvent('open', { event: 'levitated' })]));
  expect(sorted).toMatchObject({ kept: [], dropped: { type: 0, template: 1 }, deadCount: 1 });
  expect(sorted.dead[0]).toMatchObject({ kind: DeadLetterKind.UNKNOWN_TYPE });
});

it('puts an event aside that did not happen yet, or in another century', () => {
  const nowS = Math.floor(Date.now() / 1000);
  const sorted = sort(sendgridBody([nowS + 2 * 86_400, 1_000, nowS + 3_600].map((timestamp) => wanted({ timestamp }))));
  expect([sorted.kept.length, sorted.deadCount]).toEqual([1, 2]);
});

it('keeps a bounded number of dead letters of one request, and counts them all', () => {
  const sorted = sort(Buffer.from(`[${'1,'.repeat(49_999)}1]`));
  expect([sorted.deadCount, sorted.dead.length]).toEqual([50_000, 100]);
});

it('gives equal events equal identifiers, whatever came before them', () => {
  const event = wanted();
  const [first] = sort(sendgridBody([event])).kept;
  const [, again] = sort(sendgridBody([wanted(), event])).kept;
  expect(again!.eventId).toEqual(first!.eventId);
});

it('accounts for every element: kept within the contract’s limits, dropped, or dead', () => {
  const names = [
    ...Object.keys(sendgridEvent('bounce')),
    ...Object.keys(sendgridEvent('click')),
    'kelp_template',
    'kelp_locale',
    'x',
  ];
  const field = fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 300 }));
  const long = fc.string({ unit: 'binary', maxLength: 5_000, size: 'max' });
  const value = fc.oneof(
    fc.jsonValue(),
    long,
    fc.constantFrom<unknown>(...sendgridTypes, ...templates.map(({ id }) => id)),
  );
  const element = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(field, value).map((fields) => ({ ...wanted(), ...fields })),
  );
  fc.assert(
    fc.property(fc.array(element), (elements) => {
      const { kept, dropped, deadCount } = sort(sendgridBody(elements as object[]));
      expect(kept.length + dropped.type + dropped.template + deadCount).toBe(elements.length);
      expect(violationsOf(kept)).toEqual([]);
    }),
  );
});

describe('with rules of its own, a connection', () => {
  const { DROP, KEEP } = FilterRule_Action;
  const { ENFORCED, SHADOW } = FilterRule_State;
  const isType = (type: string) => ({
    field: FilterCondition_Field.TYPE,
    operator: FilterCondition_Operator.IS,
    values: [type],
  });
  const ruled = (rules: object[]) =>
    knownConnection(makeConnection({ filter: { acceptedTypes, knownTemplatesOnly: true, rules } }, { organization }))!;

  it('drops what they say, keeps the rest, and tells which matched', () => {
    const rules = [
      { id: 'opens', action: DROP, state: SHADOW, conditions: [isType('OPENED')] },
      { id: 'bounces', action: DROP, state: ENFORCED, conditions: [isType('BOUNCED')] },
    ];
    const bounce = sendgridEvent('bounce', { kelp_template: templates[0]!.id });
    const sorted = sort(sendgridBody([wanted(), bounce, sendgridEvent('open')]), ruled(rules));
    expect(sorted.kept.map(({ type }) => type)).toEqual([EventType.OPENED]);
    expect(sorted.dropped).toEqual({ type: 0, template: 1, rule: 1 });
    expect(sorted.matches.map(({ rule, dropped }) => [rule, dropped])).toEqual([
      ['opens', false],
      ['bounces', true],
    ]);
  });

  it('decides the same about raw bytes and about what JSON.parse makes of them', () => {
    const state = fc.constantFrom(ENFORCED, SHADOW);
    const rule = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      action: fc.constantFrom(DROP, KEEP),
      state,
      conditions: fc.array(fc.constantFrom('DELIVERED', 'BOUNCED', 'OPENED', 'CLICKED').map(isType), { maxLength: 2 }),
      perMille: fc.constantFrom(0, 300),
    });
    const traffic = [...sendgridTraffic({ seed: 8, runId: 'rules', events: 2_000, templates })];
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), fc.constantFrom(...traffic), (rules, { body }) => {
        const of = ruled(rules);
        const [raw, whole] = [sort(body, of), sort(body, of, parseWhole)];
        expect(raw.dropped).toEqual(whole.dropped);
        const ids = ({ kept }: typeof raw) => kept.map(({ eventId }) => eventId.toString('hex'));
        expect(ids(raw)).toEqual(ids(whole));
        expect(raw.matches.map(({ rule }) => rule)).toEqual(whole.matches.map(({ rule }) => rule));
      }),
    );
  });
});
