import fc from 'fast-check';
import { text, wholeNumber } from './text.js';

describe('text', () => {
  it('is never longer than asked for, always of whole characters, and never holds NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (value, max) => {
        const result = text(`${value}\ud83d\0\ude00`, max);
        expect(result.length).toBeLessThanOrEqual(max);
        expect(Buffer.from(result).toString()).toBe(result);
        expect(result).not.toContain('\0');
      }),
    );
  });

  it('stays as it is where it is text that fits', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (value) => text(value, 1000) === value));
  });

  it('is never cut through a character', () => {
    expect(text('ab😀', 3)).toBe('ab');
    expect(text('ab😀', 4)).toBe('ab😀');
  });

  it('takes numbers and flags, and nothing else', () => {
    expect([42, true, null, undefined, {}, ['a'], Number.NaN].map((value) => text(value, 10))).toEqual([
      '42',
      'true',
      '',
      '',
      '',
      '',
      'NaN',
    ]);
  });
});

it('reads whole numbers, also from text, within their bounds', () => {
  expect([3, '3', 0, '0', 9].map((value) => wholeNumber(value, 0, 9))).toEqual([3, 3, 0, 0, 9]);
  for (const value of [
    10,
    '10',
    -1,
    '-1',
    1.5,
    '1.5',
    '',
    ' 3',
    '1e0',
    null,
    Number.POSITIVE_INFINITY,
    '99999999999999999999',
  ]) {
    expect(wholeNumber(value, 0, 9)).toBeUndefined();
  }
});
