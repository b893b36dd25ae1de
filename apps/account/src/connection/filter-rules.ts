import {
  FilterCondition_Field as Field,
  type FilterCondition,
  type FilterRule,
  FilterCondition_Operator as Operator,
} from '@kelp/contract-account';
import { EventType, MachineGenerated } from '@kelp/contract-event';
import { isUuid } from '@kelp/resource';
import type { FieldViolation } from '@kelp/status';

/** What is wrong with the rules of a filter, beyond what their fields tell. */
export function ruleViolations(rules: readonly FilterRule[]): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const ids = new Set<string>();
  for (const [index, { id, conditions }] of rules.entries()) {
    const field = `connection.filter.rules[${index}]`;
    if (ids.has(id)) violations.push({ field: `${field}.id`, description: 'Another rule has it.' });
    ids.add(id);
    for (const [number, condition] of conditions.entries()) {
      const problem = conditionProblem(condition);
      if (problem) violations.push({ field: `${field}.conditions[${number}].${problem[0]}`, description: problem[1] });
    }
  }
  return violations;
}

/** What numbers are compared with. */
const NUMBERS: ReadonlySet<Field> = new Set([Field.SMTP_CODE, Field.TEMPLATE_VERSION]);

/** Fields whose values are the contract's. */
const NAMED: ReadonlyMap<Field, (value: string) => boolean> = new Map([
  [Field.TYPE, (value: string) => typeof EventType[value as keyof typeof EventType] === 'number'],
  [Field.MACHINE, (value: string) => typeof MachineGenerated[value as keyof typeof MachineGenerated] === 'number'],
  [Field.TEMPLATE, isUuid],
]);

type Problem = readonly [field: 'key' | 'operator' | 'values', description: string];

function conditionProblem({ field, key, operator, values }: FilterCondition): Problem | undefined {
  if ((field === Field.METADATA) !== (key !== '')) return ['key', 'Must be set for metadata, and for nothing else.'];
  if (operator === Operator.EXISTS) return values.length > 0 ? ['values', 'Must be empty.'] : undefined;
  if (values.length === 0) return ['values', 'Must not be empty.'];
  const isNumber = NUMBERS.has(field);
  if (operator === Operator.AT_LEAST) {
    if (!isNumber && field !== Field.METADATA) return ['operator', 'Only numbers are compared like this.'];
    return values.length === 1 && isWhole(values[0]!) ? undefined : ['values', 'Must be one whole number.'];
  }
  const isNamed = NAMED.get(field);
  if ((isNamed || isNumber) && operator !== Operator.IS)
    return ['operator', 'Must be IS, EXISTS, or AT_LEAST of a number.'];
  if (isNumber && !values.every(isWhole)) return ['values', 'Must be whole numbers.'];
  if (isNamed && !values.every(isNamed))
    return ['values', 'Must be what the field can be, such as "OPENED" or a UUID.'];
  return undefined;
}

const isWhole = (value: string) => /^\d{1,15}$/.test(value);
