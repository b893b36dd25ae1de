import { ScalarType } from '@bufbuild/protobuf';
import { linearPattern } from './linear-pattern.mjs';
import * as sentences from './sentences.mjs';

/**
 * What breaks the rules of a value, by the rules' type: conditions in TypeScript on the expression `value`, each with a
 * sentence. A rule that stands here and in proto/buf/validate/validate.proto can be used in contracts.
 *
 * @typedef {{ when: string, must: string }} Violation
 * @typedef {{ pattern(source: RegExp): string, helper(name: string): string }} File what the generated file declares
 */
const byType = {
  string: ({ min_len, max_len, max_bytes, pattern, ...others }, { value, file }) => [
    ...unknown(others),
    ...either(
      sentences.amount.bind(undefined, min_len, max_len, 'character'),
      given(min_len) && `${file.helper('isShorter')}(${value}, ${min_len})`,
      given(max_len) && `${file.helper('isLonger')}(${value}, ${max_len})`,
    ),
    ...either(
      () => `${sentences.amount(undefined, max_bytes, 'byte')} in UTF-8`,
      given(max_bytes) && `${file.helper('isBigger')}(${value}, ${max_bytes})`,
    ),
    ...either(() => sentences.pattern(pattern), pattern && `!${file.pattern(linearPattern(pattern))}.test(${value})`),
  ],

  bytes: ({ len, ...others }, { value }) => [
    ...unknown(others),
    ...either(() => sentences.amount(len, len, 'byte'), given(len) && `${value}.length !== ${len}`),
  ],

  int32: inRange,
  uint32: inRange,
  fixed64: inRange,

  enum: ({ defined_only, not_in = [], ...others }, { value, desc }) => [
    ...unknown(others),
    ...either(
      () => `must be one of ${sentences.list(desc.values.filter(({ number }) => !not_in.includes(number)).map(name))}`,
      defined_only && desc.values.map(({ number }) => `${value} !== ${number}`).join(' && '),
    ),
    ...not_in.map((number) => ({
      when: `${value} === ${number}`,
      must: `must not be ${desc.values.find((known) => known.number === number)?.name ?? number}`,
    })),
  ],

  repeated: ({ max_items, unique, items: _, ...others }, { value, desc }) => [
    ...unknown(others),
    ...either(
      () => sentences.amount(undefined, max_items, 'item'),
      given(max_items) && `${value}.length > ${max_items}`,
    ),
    ...either(() => 'must not have an item twice', unique && repeats(value, desc)),
  ],

  map: ({ max_pairs, keys: _, values: __, ...others }, { value }) => [
    ...unknown(others),
    ...either(
      () => sentences.amount(undefined, max_pairs, 'entry', 'entries'),
      given(max_pairs) && `Object.keys(${value}).length > ${max_pairs}`,
    ),
  ],

  field_mask: ({ in: paths = [], ...others }, { value, file }) => [
    ...unknown(others),
    ...either(
      () => `must name only ${sentences.list(paths)}, or fields within`,
      paths.length > 0 && `!${file.helper('isWithin')}(${value}, [${paths.map((path) => `'${path}'`).join(', ')}])`,
    ),
  ],
};

/**
 * @param {object} rules of the field, item, key or value
 * @param {{ value: string, file: File, desc?: object }} subject `desc`: the enum, or the list field
 * @returns {Violation[]}
 */
export function violationsOf({ required: _, ignore: __, ...rules }, subject) {
  return Object.entries(rules).flatMap(([type, limits]) => {
    if (!byType[type]) throw new Error(`tools/contract does not know rules of the type ${type}.`);
    return byType[type](limits, subject);
  });
}

function unknown(others) {
  for (const rule in others) throw new Error(`tools/contract does not know the rule ${rule}.`);
  return [];
}

const given = (limit) => limit !== undefined;
const name = (value) => value.name;

/** One violation with several conditions, of which those that do not apply are empty. */
function either(must, ...conditions) {
  const when = conditions.filter(Boolean).join(' || ');
  return when === '' ? [] : [{ when, must: must() }];
}

function inRange({ gt, gte, lt, lte, ...others }, { value }) {
  unknown(others);
  const [least, most] = [gt ?? gte, lt ?? lte];
  if (given(least) && given(most) && least > most) throw new Error(`The range of ${value} is empty.`);
  const literal = (limit) => (typeof limit === 'bigint' ? `${limit}n` : `${limit}`);
  const outside = { '<=': gt, '<': gte, '>=': lt, '>': lte };
  return either(
    () => sentences.range({ gt, gte, lt, lte }),
    ...Object.entries(outside).map(([sign, limit]) => given(limit) && `${value} ${sign} ${literal(limit)}`),
  );
}

function repeats(value, { listKind, scalar }) {
  const hasIdentity =
    listKind === 'enum' ||
    (listKind === 'scalar' && ![ScalarType.BYTES, ScalarType.FLOAT, ScalarType.DOUBLE].includes(scalar));
  if (!hasIdentity) throw new Error(`tools/contract cannot tell whether items of ${value} are equal.`);
  return `new Set(${value}).size < ${value}.length`;
}
