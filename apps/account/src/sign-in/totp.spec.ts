import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { base32, codeOf, otpauthUri, stepAt, stepOf } from './totp.js';

const secret = Buffer.from('12345678901234567890');

describe('a code of an authenticator', () => {
  // RFC 6238, appendix B, for SHA-1.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at %d seconds is what the standard says', (seconds, code) => {
    expect(codeOf(secret, stepAt(seconds * 1_000), 8)).toBe(code);
    expect(codeOf(secret, stepAt(seconds * 1_000))).toBe(code.slice(2));
  });

  it('is good for the step before and after, and no longer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 4e9 }), fc.integer({ min: -4, max: 4 }), (seconds, off) => {
        const step = stepAt(seconds * 1_000);
        const around = [-1, 0, 1].map((one) => codeOf(secret, step + one));
        const code = codeOf(secret, step + off);
        fc.pre(new Set([...around, code]).size >= 3); // codes may be the same by chance
        expect(stepOf(secret, code, -1, seconds * 1_000) !== undefined).toBe(
          Math.abs(off) <= 1 || around.includes(code),
        );
      }),
    );
  });

  it('is good once: neither it nor one before it is after that', () => {
    const now = 1_700_000_000_000;
    const step = stepAt(now);
    const good = (off: number, last: number) => stepOf(secret, codeOf(secret, step + off), last, now);
    expect([good(-1, -1), good(0, -1), good(1, -1)]).toEqual([step - 1, step, step + 1]);
    expect([good(-1, step), good(0, step), good(1, step)]).toEqual([undefined, undefined, step + 1]);
  });

  it('is six digits, and nothing else is one', () => {
    const now = 1_700_000_000_000;
    const code = codeOf(secret, stepAt(now));
    for (const wrong of ['', code.slice(1), `${code}0`, ` ${code}`, `${code} `, code.replace(/^./, 'x'), '١٢٣٤٥٦'])
      expect(stepOf(secret, wrong, -1, now)).toBeUndefined();
  });
});

describe('base32', () => {
  // RFC 4648, section 10, without the padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('of %p is %p', (text, expected) => {
    expect(base32(Buffer.from(text))).toBe(expected);
  });
});

it('tells an authenticator all that it has to know', () => {
  const key = randomBytes(20);
  const uri = new URL(otpauthUri(key, 'Kelp', 'a+b@example.com'));
  expect(uri.href).toContain('otpauth://totp/Kelp:a%2Bb%40example.com?');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret: base32(key),
    issuer: 'Kelp',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});
