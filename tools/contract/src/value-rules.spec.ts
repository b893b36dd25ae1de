import { ScalarType } from '@bufbuild/protobuf';
import { violationsOf } from '../checks/value-rules.mjs';

const file = { pattern: () => 'pattern1', helper: (name: string) => name };
const violations = (rules: object, desc: object = {}) => violationsOf(rules, { value: 'value', file, desc });

describe('violationsOf', () => {
  it.each([
    ['does not know rules of the type bool', { bool: { const: true } }],
    ['does not know the rule prefix', { string: { max_len: 1n, prefix: 'a' } }],
    ['does not know the rule min_pairs', { map: { min_pairs: 1n } }],
    ['does not know the rule const', { int32: { const: 7 } }],
    ['range of value is empty', { fixed64: { gt: 7n, lt: 1n } }],
    ['cannot be checked in linear time', { string: { pattern: '^(a+)+$' } }],
  ])('refuses to leave something out: %s', (why, rules) => {
    expect(() => violations(rules)).toThrow(why);
  });

  it('refuses to compare items that have no identity', () => {
    const unique = { repeated: { unique: true } };
    for (const scalar of [ScalarType.BYTES, ScalarType.DOUBLE, ScalarType.FLOAT]) {
      expect(() => violations(unique, { listKind: 'scalar', scalar })).toThrow('whether items of value are equal');
    }
    expect(() => violations(unique, { listKind: 'message' })).toThrow('whether items of value are equal');
  });

  it('takes a limit of 0 as a limit', () => {
    expect(violations({ string: { max_len: 0n } })).toEqual([
      { when: 'isLonger(value, 0)', must: 'must have at most 0 characters' },
    ]);
  });

  it('says one thing about a range, and one about a length', () => {
    expect(violations({ int32: { gte: 1, lte: 9 } })).toEqual([
      { when: 'value < 1 || value > 9', must: 'must be from 1 to 9' },
    ]);
    expect(violations({ string: { min_len: 1n, max_len: 1n } })).toEqual([
      { when: 'isShorter(value, 1) || isLonger(value, 1)', must: 'must have exactly 1 character' },
    ]);
  });
});
