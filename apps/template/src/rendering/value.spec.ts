import fc from 'fast-check';
import { textOf, valueAt } from './value.js';

describe('valueAt', () => {
  it('finds what the data holds at a path', () => {
    const data = { a: 1, order: { items: [{ name: 'Cup' }] } };
    expect(valueAt(data, 'a')).toBe(1);
    expect(valueAt(data, 'order.items.0.name')).toBe('Cup');
    expect(valueAt(data, 'order.items.1.name')).toBeUndefined();
    expect(valueAt(data, 'a.b')).toBeUndefined();
    expect(valueAt(undefined, 'a')).toBeUndefined();
  });

  it('sees nothing but the data', () => {
    const inherited = Object.create({ secret: 1 });
    for (const path of ['secret', '__proto__', 'constructor', 'toString', 'constructor.name', '__proto__.secret']) {
      expect(valueAt(inherited, path)).toBeUndefined();
    }
    expect(valueAt({ list: [1], text: 'abc' }, 'list.length')).toBeUndefined();
    expect(valueAt({ list: [1], text: 'abc' }, 'text.length')).toBeUndefined();
  });

  it('never throws, and never gives a function', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'length', '0'));
    fc.assert(
      fc.property(fc.anything(), fc.array(name, { minLength: 1 }), (data, names) => {
        fc.pre(JSON.stringify(data) !== undefined);
        expect(typeof valueAt(JSON.parse(JSON.stringify(data)), names.join('.'))).not.toBe('function');
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
