import { randomBytes } from 'node:crypto';
import {
  FilterRule_Action as Action,
  FilterCondition_Field as Field,
  FilterRule,
  FilterCondition_Operator as Operator,
  FilterRule_State as State,
} from '@kelp/contract-account';
import { Event, EventType, MachineGenerated } from '@kelp/contract-event';
import { uuidToBytes, uuidv7 } from '@kelp/resource';
import fc from 'fast-check';
import { FilterRules, type RuleMatch } from './filter-rules.js';

type Rule = Parameters<typeof FilterRule.fromPartial>[0];
type Condition = NonNullable<Rule['conditions']>[number];

const makeEvent = (fields: Parameters<typeof Event.fromPartial>[0] = {}) =>
  Event.fromPartial({ eventId: randomBytes(16), type: EventType.OPENED, ...fields });

const dropping = (rule: Rule = {}) =>
  FilterRule.fromPartial({ id: 'a', action: Action.DROP, state: State.ENFORCED, ...rule });

function decide(rules: FilterRule[], event: Event): { kept: boolean; matches: RuleMatch[] } {
  const matches: RuleMatch[] = [];
  const kept = new FilterRules(rules).keep(event, (match) => matches.push(match));
  return { kept, matches };
}

const matches = (condition: Condition, event: Event) => !decide([dropping({ conditions: [condition] })], event).kept;

const template = uuidv7();
const click = makeEvent({
  type: EventType.CLICKED,
  templateId: uuidToBytes(template),
  templateVersion: 12,
  recipientDomain: 'mail.example.com',
  campaign: 'summer-2026',
  tags: ['sale', 'vip'],
  metadata: { plan: '3', empty: '' },
  url: 'https://user@Shop.Example.com:444/a?b',
  ipCountry: 'DE',
  machineGenerated: MachineGenerated.SCANNER,
  smtpCode: 550,
});

const { IS, STARTS_WITH, ENDS_WITH, EXISTS, AT_LEAST } = Operator;

it.each<[Condition]>([
  [{ field: Field.TYPE, operator: IS, values: ['OPENED', 'CLICKED'] }],
  [{ field: Field.TEMPLATE, operator: IS, values: [template] }],
  [{ field: Field.TEMPLATE_VERSION, operator: AT_LEAST, values: ['9'] }],
  [{ field: Field.RECIPIENT_DOMAIN, operator: ENDS_WITH, values: ['.example.com'] }],
  [{ field: Field.CAMPAIGN, operator: STARTS_WITH, values: ['winter-', 'summer-'] }],
  [{ field: Field.TAG, operator: IS, values: ['vip'] }],
  [{ field: Field.METADATA, key: 'plan', operator: AT_LEAST, values: ['3'] }],
  [{ field: Field.LINK_HOST, operator: IS, values: ['shop.example.com'] }],
  [{ field: Field.COUNTRY, operator: EXISTS, values: [] }],
  [{ field: Field.MACHINE, operator: IS, values: ['SCANNER'] }],
  [{ field: Field.SMTP_CODE, operator: IS, values: ['550'] }],
  [{ field: Field.VARIANT, operator: EXISTS, values: [], negated: true }],
])('%j matches, and its contrary does not', (condition) => {
  expect(matches(condition, click)).toBe(true);
  expect(matches({ ...condition, negated: !condition.negated }, click)).toBe(false);
});

it.each<[Condition]>([
  [{ field: Field.TYPE, operator: IS, values: ['OPENED'] }],
  [{ field: Field.TEMPLATE_VERSION, operator: AT_LEAST, values: ['13'] }],
  [{ field: Field.METADATA, key: 'empty', operator: EXISTS, values: [] }],
  [{ field: Field.METADATA, key: '__proto__', operator: EXISTS, values: [] }],
  [{ field: Field.CAMPAIGN, operator: AT_LEAST, values: ['1'] }],
  [{ field: Field.LINK_HOST, operator: ENDS_WITH, values: ['.test'] }],
])('%j does not match', (condition) => expect(matches(condition, click)).toBe(false));

it('takes an event that has nothing of a field as one without it', () => {
  for (const field of [Field.LINK_HOST, Field.TEMPLATE, Field.MACHINE, Field.SMTP_CODE, Field.TAG])
    expect(matches({ field, operator: EXISTS }, makeEvent({ url: 'no address' }))).toBe(false);
});

it('lets the first enforced rule decide that matches, and reports those in shadow before it', () => {
  const shadow = dropping({ id: 'shadow', state: State.SHADOW });
  const other = dropping({ id: 'other', conditions: [{ field: Field.TAG, operator: EXISTS }] });
  const keep = dropping({ id: 'keep', action: Action.KEEP });
  const late = dropping({ id: 'late' });
  const event = makeEvent();
  expect(decide([shadow, other, keep, late], event)).toEqual({
    kept: true,
    matches: [
      { rule: 'shadow', event, dropped: false },
      { rule: 'keep', event, dropped: false },
    ],
  });
  expect(decide([other, late, keep], event)).toEqual({
    kept: false,
    matches: [{ rule: 'late', event, dropped: true }],
  });
  expect(decide([dropping({ state: State.DISABLED })], event)).toEqual({ kept: true, matches: [] });
});

it('keeps what a rule of a later release would be about, also where the unknown part is negated', () => {
  const later = [
    dropping({ action: 9 as Action }),
    dropping({ state: 9 as State }),
    dropping({ conditions: [{ field: 99 as Field, operator: IS, values: ['x'], negated: true }] }),
    dropping({ conditions: [{ field: Field.TAG, operator: 9 as Operator, values: ['x'], negated: true }] }),
  ];
  expect(decide(later, click)).toEqual({ kept: true, matches: [] });
});

it('chooses of matching events about as many as it should, and the same ones again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 900 }), (perMille) => {
      const rules = new FilterRules([dropping({ perMille })]);
      const events = Array.from({ length: 2_000 }, () => makeEvent());
      const kept = () => events.map((event) => rules.keep(event, () => undefined));
      const first = kept();
      expect(kept()).toEqual(first);
      const dropped = first.filter((one) => !one).length / 2_000;
      // Six standard deviations, at the widest.
      expect(Math.abs(dropped - perMille / 1_000)).toBeLessThan(0.068);
    }),
    { numRuns: 20 },
  );
});
