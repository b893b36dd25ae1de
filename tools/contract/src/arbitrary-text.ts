import type { StringRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import fc, { type Arbitrary } from 'fast-check';

/** Longer texts than this are tried rarely: they cost milliseconds each. */
const LONG = 10_000;

/** Texts that keep the rules. */
export function rightText(rules: StringRules | undefined): Arbitrary<string> {
  if (rules === undefined) return fc.string({ maxLength: 5 });
  if (rules.pattern) return fc.stringMatching(new RegExp(rules.pattern, 'u'));
  return textOf(fc.integer({ min: Number(rules.minLen), max: Math.min(Number(rules.maxLen || 20n), 20) }));
}

/** Texts at the edges of the rules, and beyond. */
export function wildText(rules: StringRules | undefined): Arbitrary<string> {
  if (rules === undefined) return fc.string({ unit: 'binary' });
  if (rules.pattern) return nearly(fc.stringMatching(new RegExp(rules.pattern, 'u')));
  const lengths = [
    rules.minLen,
    rules.maxLen,
    2n * rules.maxLen,
    ...[1n, 2n, 3n, 4n].map((size) => rules.maxBytes / size),
  ]
    .filter((limit) => limit > 0n)
    .flatMap((limit) => [Number(limit) - 1, Number(limit), Number(limit) + 1])
    .concat(0, 1);
  return textOf(
    fc.oneof(...lengths.map((length) => ({ weight: length > LONG ? 1 : 10, arbitrary: fc.constant(length) }))),
  );
}

/** Texts of so many characters, some of which have several bytes, or two UTF-16 units. */
const textOf = (length: Arbitrary<number>): Arbitrary<string> =>
  fc.tuple(length, fc.constantFrom('x', 'é', '€', '😀'), fc.constantFrom(0, 0.3, 1)).map(([count, other, share]) => {
    const others = Math.round(count * share);
    return other.repeat(others) + 'x'.repeat(count - others);
  });

/** A text that matches, with one thing wrong. */
const nearly = (matching: Arbitrary<string>): Arbitrary<string> =>
  fc.oneof(
    fc.tuple(matching, fc.nat(), fc.constantFrom('', 'X', '/', '\n', '😀')).map(([text, at, other]) => {
      const index = at % (text.length + 1);
      return text.slice(0, index) + other + text.slice(index + 1);
    }),
    matching.map((text) => `${text}0`),
    matching.map((text) => text.toUpperCase()),
    fc.constant(''),
  );
