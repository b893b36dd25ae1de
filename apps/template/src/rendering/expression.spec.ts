import fc from 'fast-check';
import { type Expression, ExpressionError, formatExpression, parseExpression, pathsIn } from './expression.js';

const path = fc
  .constantFrom('a', 'b.c', 'items.0.price', 'android', 'nothing', 'order_id', 'x-y')
  .map((path): Expression => ({ kind: 'path', path }));
const literal = fc
  .oneof(
    fc.boolean(),
    fc.constant(null),
    fc.integer({ min: -1000, max: 1000 }),
    fc.constantFrom(0.5, -12.25),
    fc.constantFrom('', 'pro', "it's", 'say "x"', 'a and b', 'ü'),
  )
  .map((value): Expression => ({ kind: 'literal', value }));

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    path,
    literal,
    fc.record({ kind: fc.constant('not' as const), operand: tie('expression') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      operator: fc.constantFrom('==' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
  ),
}));

describe('a condition', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(expression, (given) => {
        const written = formatExpression(given);
        fc.pre(written.length <= 500 && !/\({15}/.test(written));
        expect(parseExpression(written)).toEqual(given);
      }),
    );
  });

  it('binds not before comparisons last, and before or', () => {
    expect(formatExpression(parseExpression('a or b and not c == 1'))).toBe('a or b and not c == 1');
    expect(parseExpression('a or b and c')).toMatchObject({ kind: 'or', right: { kind: 'and' } });
    expect(parseExpression('not a == 1')).toMatchObject({ kind: 'not', operand: { kind: 'compare' } });
    expect(pathsIn(parseExpression('a.b or not (c == d)'))).toEqual(['a.b', 'c', 'd']);
  });

  it.each([
    '',
    ' ',
    'a b',
    'a ==',
    '== a',
    'a = 1',
    '(a',
    'a)',
    'not',
    'and',
    'a and or b',
    'a == b == c',
    '"open',
    "'a\n'",
    '1.2.3',
    '1a',
    'a.__proto__',
    'constructor',
    'a | b',
    'f(x)',
    `${'('.repeat(30)}a${')'.repeat(30)}`,
    `${'not '.repeat(60)}a`,
    'a'.repeat(501),
  ])('is refused where it is none: %j', (source) => {
    expect(() => parseExpression(source)).toThrow(ExpressionError);
  });

  it('is read or refused, whatever it is', () => {
    const soup = fc.array(fc.constantFrom('a', 'not', 'and', '(', ')', '"', "'", '==', '<', ' ', '1', '.', '-', 'é'));
    fc.assert(
      fc.property(soup, (parts) => {
        try {
          const read = parseExpression(parts.join(''));
          expect(parseExpression(formatExpression(read))).toEqual(read);
        } catch (error) {
          if (!(error instanceof ExpressionError)) throw error;
        }
      }),
    );
  });
});
