import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { parseSecretKeys, SecretBox } from './secret-box.js';

const key = (id: string) => ({ id, key: randomBytes(32) });
const [old, current] = [key('2026-10'), key('2026-11')];
const box = new SecretBox([current, old]);

describe('a sealed secret', () => {
  it('is what was sealed, at its place only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (secret, place, other) => {
        const sealed = box.seal(secret, place);
        expect(box.open(sealed, place)).toBe(secret);
        if (other !== place) expect(() => box.open(sealed, other)).toThrow();
      }),
    );
  });

  it('looks different each time, and never like what it holds', () => {
    const sealed = Array.from({ length: 100 }, () => box.seal('whsec_secret', 'here'));
    expect(new Set(sealed).size).toBe(100);
    for (const one of sealed) expect(one).not.toContain('whsec');
  });

  it('is refused with any character changed', () => {
    const sealed = box.seal('secret', 'here');
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.constantFrom('A', 'z', '0', '.'), (at, character) => {
        const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
        const isSame = (text: string) => Buffer.from(text.split('.')[2] ?? '', 'base64url').toString('hex');
        fc.pre(isSame(changed) !== isSame(sealed) || changed.split('.')[1] !== sealed.split('.')[1]);
        expect(() => box.open(changed, 'here')).toThrow();
      }),
    );
  });

  it('outlives a change of keys, as long as the old one is there', () => {
    const sealed = new SecretBox([old]).seal('secret', 'here');
    expect(box.open(sealed, 'here')).toBe('secret');
    expect(box.isCurrent(sealed)).toBe(false);
    expect(box.isCurrent(box.seal('secret', 'here'))).toBe(true);
    expect(() => new SecretBox([current]).open(sealed, 'here')).toThrow('which SECRET_KEYS does not have');
  });
});

describe('the setting', () => {
  it('names keys, of which the first one seals', () => {
    const [first, second] = parseSecretKeys(`a:${'0'.repeat(64)}, b:${'F'.repeat(64)}`);
    expect([first!.id, second!.id, second!.key.length]).toEqual(['a', 'b', 32]);
  });

  it.each(['', 'a', `a:${'0'.repeat(63)}`, `a:${'0'.repeat(64)},a:${'1'.repeat(64)}`, `:${'0'.repeat(64)}`])(
    'is refused as %p',
    (text) => {
      expect(() => parseSecretKeys(text)).toThrow('keys');
    },
  );
});
