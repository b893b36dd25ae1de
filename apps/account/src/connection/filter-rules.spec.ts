import {
  FilterRule_Action as Action,
  FilterCondition_Field as Field,
  FilterRule,
  FilterCondition_Operator as Operator,
  FilterRule_State as State,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { ruleViolations } from './filter-rules.js';

const rule = (...conditions: Partial<FilterRule['conditions'][number]>[]): FilterRule =>
  FilterRule.fromPartial({ id: 'a', action: Action.DROP, state: State.ENFORCED, conditions });

const wrongField = (condition: Parameters<typeof rule>[0]) =>
  ruleViolations([rule(condition!)]).map(({ field }) => field.replace('connection.filter.rules[0].conditions[0].', ''));

const { IS, STARTS_WITH, EXISTS, AT_LEAST } = Operator;

it.each([
  [{ field: Field.TYPE, operator: IS, values: ['OPENED', 'CLICKED'] }],
  [{ field: Field.TEMPLATE, operator: IS, values: [uuidv7()] }],
  [{ field: Field.MACHINE, operator: IS, values: ['MPP'] }],
  [{ field: Field.METADATA, key: 'plan', operator: AT_LEAST, values: ['3'] }],
  [{ field: Field.SMTP_CODE, operator: AT_LEAST, values: ['500'] }],
  [{ field: Field.CAMPAIGN, operator: STARTS_WITH, values: ['test-'] }],
  [{ field: Field.TAG, operator: EXISTS }],
])('%j is a condition', (condition) => expect(wrongField(condition)).toEqual([]));

it.each([
  [{ field: Field.TYPE, operator: IS, values: ['opened'] }, 'values'],
  [{ field: Field.TYPE, operator: IS, values: ['constructor'] }, 'values'],
  [{ field: Field.TYPE, operator: STARTS_WITH, values: ['O'] }, 'operator'],
  [{ field: Field.TEMPLATE, operator: IS, values: ['welcome'] }, 'values'],
  [{ field: Field.METADATA, operator: EXISTS }, 'key'],
  [{ field: Field.TAG, key: 'plan', operator: EXISTS }, 'key'],
  [{ field: Field.TAG, operator: EXISTS, values: ['x'] }, 'values'],
  [{ field: Field.TAG, operator: IS, values: [] }, 'values'],
  [{ field: Field.CAMPAIGN, operator: AT_LEAST, values: ['3'] }, 'operator'],
  [{ field: Field.SMTP_CODE, operator: AT_LEAST, values: ['3', '4'] }, 'values'],
  [{ field: Field.SMTP_CODE, operator: IS, values: ['5xx'] }, 'values'],
])('%j is refused for its %s', (condition, field) => expect(wrongField(condition)).toEqual([field]));

it('takes no two rules of one name', () => {
  expect(ruleViolations([rule(), rule()]).map(({ field }) => field)).toEqual(['connection.filter.rules[1].id']);
});
