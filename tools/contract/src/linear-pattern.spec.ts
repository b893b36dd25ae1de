import { RE2JS } from '@bufbuild/re2';
import fc from 'fast-check';
import { linearPattern } from '../checks/linear-pattern.mjs';

describe('linearPattern', () => {
  it.each([
    '^organizations/[0-9a-f-]{36}(/versions/[1-9][0-9]{0,8})?$',
    '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    '^(ab|cd)*e$',
    '^[^/]+/\\d{1,3}\\.\\w*$',
    '^a*b?$',
    '^[\\]a-c-]+$',
  ])('takes %s', (pattern) => expect(linearPattern(pattern).source).toBe(new RegExp(pattern, 'u').source));

  it.each([
    ['it is not anchored', ['abc', '^abc', 'abc$', '^abc\\$']],
    ['it is ambiguous', ['^a*a$', '^(a|ab)c$', '^(ab*)*b$', '^a{2,3}a$', '^(a?b|b)$', '^(a|)(b|)b$']],
    ['it repeats what may be empty', ['^(a*)*$', '^(a?)+$', '^(a|){3}$']],
    ['look-around, flags or a named group', ['^(?=a)a$', '^(?!a)b$', '^(?<=a)b$', '^(?i)a$', '^(?P<name>a)$']],
    ['is not known', ['^(a)\\1$', '^\\bword$', '^\\p{L}$', '^\\s$']],
    ['it has a bare', ['^a.b$', '^a^b$', '^*a$', '^a{b$']],
    ['lazy or double repetition', ['^a*?b$', '^a+?b$', '^a{1}{2}$']],
    ['is not ASCII', ['^é$', '^[à-ü]$']],
    ['does not end', ['^(a$', '^[a$', '^[[:alpha:]]$']],
    ['it has an empty class', ['^[]$', '^[^]$', '^[]a]$']],
    ['out of place', ['^a)b$']],
    ['it repeats too often', ['^a{1001}$', '^a{0,5000}$']],
  ])('refuses patterns of which %s', (why, patterns) => {
    for (const pattern of patterns) expect(() => linearPattern(pattern)).toThrow(why);
  });

  it('reads every pattern that it takes like RE2', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '(ab|c)', '(b?)', '\\.', '\\d', '-');
    const quantifier = fc.constantFrom('', '', '?', '*', '+', '{2}', '{1,3}');
    const pattern = fc
      .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 5 })
      .map((parts) => `^${parts.map((part) => part.join('')).join('')}$`);
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '7', '-', '\n', '\u2028', '😀'), maxLength: 8 });
    let taken = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 20, maxLength: 20 }), (source, texts) => {
        let expression: RegExp;
        try {
          expression = linearPattern(source);
        } catch {
          return;
        }
        taken++;
        const reference = RE2JS.compile(source);
        for (const candidate of texts) expect(expression.test(candidate)).toBe(reference.test(candidate));
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('reads a long text in milliseconds, where quadratic time would be a minute', () => {
    const expression = linearPattern('^(ab|cd)*[0-9-]+e?$');
    const text = `${'ab'.repeat(100_000)}${'7'.repeat(200_000)}!`;
    const start = performance.now();
    expect(expression.test(text)).toBe(false);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
