import fc from 'fast-check';
import { compare, isTruthy, textOf, valueAt } from './value.js';

const at = (data: unknown, path: string) => valueAt(data, path.split('.'));

describe('valueAt', () => {
  it('finds what the data holds at a path', () => {
    const data = { a: 1, order: { items: [{ name: 'Cup' }] } };
    expect(at(data, 'a')).toBe(1);
    expect(at(data, 'order.items.0.name')).toBe('Cup');
    expect(at(data, 'order.items.1.name')).toBeUndefined();
    expect(at(data, 'a.b')).toBeUndefined();
    expect(at(undefined, 'a')).toBeUndefined();
  });

  it('sees nothing but the data', () => {
    const inherited = Object.create({ secret: 1 });
    for (const path of ['secret', '__proto__', 'constructor', 'toString', 'constructor.name', '__proto__.secret']) {
      expect(at(inherited, path)).toBeUndefined();
    }
    expect(at({ list: [1], text: 'abc' }, 'list.length')).toBeUndefined();
    expect(at({ list: [1], text: 'abc' }, 'text.length')).toBeUndefined();
  });

  it('never throws, and never gives a function', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'length', '0'));
    fc.assert(
      fc.property(fc.anything(), fc.array(name, { minLength: 1 }), (data, names) => {
        fc.pre(JSON.stringify(data) !== undefined);
        expect(typeof valueAt(JSON.parse(JSON.stringify(data)), names)).not.toBe('function');
      }),
    );
  });
});

it('prints texts, finite numbers, true and false, and nothing else', () => {
  expect(['', 'a', 0, -1.5, 1e21, true, false].map(textOf)).toEqual(['', 'a', '0', '-1.5', '1e+21', 'true', 'false']);
  expect([null, undefined, {}, [], ['a'], Number.NaN, Number.POSITIVE_INFINITY].map(textOf)).toEqual(
    Array(7).fill(undefined),
  );
});

it('takes what is missing, null, false, 0, or empty for untrue, and all else for true', () => {
  expect([undefined, null, false, 0, '', []].some(isTruthy)).toBe(false);
  expect([true, 1, -1, 'a', '0', 'false', [0], {}].every(isTruthy)).toBe(true);
});

it('compares what is of one type, and orders numbers only', () => {
  expect(compare('==', 1, 1)).toBe(true);
  expect(compare('==', '1', 1)).toBe(false);
  expect(compare('==', undefined, null)).toBe(true);
  expect(compare('!=', 'a', 'b')).toBe(true);
  expect(compare('==', [], [])).toBe(false);
  expect(compare('<', 1, 2)).toBe(true);
  expect(compare('<=', 2, 2)).toBe(true);
  expect(compare('>', '2', '1')).toBe(false);
  expect(compare('>=', null, 0)).toBe(false);
});
