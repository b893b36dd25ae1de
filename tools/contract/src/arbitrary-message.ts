import { type DescField, type DescMessage, getOption, type MessageInitShape, ScalarType } from '@bufbuild/protobuf';
import { type FieldRules, field as fieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import fc, { type Arbitrary } from 'fast-check';
import { rightText, wildText } from './arbitrary-text.js';

type Init = MessageInitShape<DescMessage>;

/** Two kinds of values: those that keep the rules, and those at their edges and beyond. */
interface Values {
  readonly right: Arbitrary<unknown>;
  readonly wild: Arbitrary<unknown>;
}

/** Messages of a type: some all right or nearly so, some with much that is wild. */
export function arbitraryMessage(desc: DescMessage): Arbitrary<Init> {
  const special = wellKnown[desc.typeName];
  if (special) return special;
  // Trees end here: what could hold itself is tried by itself, and empty in others.
  if (building > 0 && reaches(desc, desc.typeName)) return fc.constant({});
  building++;
  const ruled = desc.fields.filter((field) => field.message || getOption(field, fieldRules).type.case).length;
  const made = fc.oneof(messageOf(desc, 2 * ruled), messageOf(desc, 1));
  building--;
  return made;
}

/** How many messages are being put together, in each other. */
let building = 0;

/** Whether a message of some type can stand in another one. */
function reaches(desc: DescMessage, typeName: string, seen = new Set<DescMessage>()): boolean {
  return desc.fields.some(({ message }) => {
    if (!message || seen.has(message)) return false;
    seen.add(message);
    return message.typeName === typeName || reaches(message, typeName, seen);
  });
}

function messageOf(desc: DescMessage, calm: number): Arbitrary<Init> {
  const members = desc.members.map((member) => {
    if (member.kind === 'field') return mostly(fieldValues(member), calm);
    const cases = member.fields.map((field) =>
      mostly(singleValues(field, undefined), calm).map((value) => ({ case: field.localName, value })),
    );
    return fc.oneof(fc.constant({ case: undefined }), ...cases);
  });
  return fc
    .tuple(...members)
    .map((values) => Object.fromEntries(desc.members.map((member, index) => [member.localName, values[index]])));
}

/** The right values so many times as often as the wild ones. */
const mostly = ({ right, wild }: Values, calm: number): Arbitrary<unknown> =>
  fc.oneof({ weight: calm, arbitrary: right }, { weight: 1, arbitrary: wild });

const wellKnown: Readonly<Record<string, Arbitrary<Init>>> = {
  'google.protobuf.Timestamp': fc.nat().map((seconds) => ({ seconds: BigInt(seconds), nanos: 0 })),
  'google.protobuf.Struct': fc.constantFrom({}, { first_name: 'Ada', order: { total: 7 } }),
};

function fieldValues(field: DescField): Values {
  const rules = getOption(field, fieldRules);
  if (field.fieldKind === 'list') return lists(field, rules);
  if (field.fieldKind === 'map') return maps(field, rules);
  if (field.fieldKind !== 'message') return singleValues(field, rules);
  if (rules.type.case === 'fieldMask') return masks(rules.type.value.in);
  const message = arbitraryMessage(field.message);
  return { right: message, wild: fc.constant(undefined) };
}

function singleValues(field: DescField, rules: FieldRules | undefined): Values {
  if (field.message) return { right: arbitraryMessage(field.message), wild: arbitraryMessage(field.message) };
  if (field.enum) {
    const [unspecified, ...others] = field.enum.values.map(({ number }) => number);
    return { right: fc.constantFrom(...others), wild: fc.constantFrom(unspecified, others.length + 1, 99, -1) };
  }
  return scalars(field.scalar as ScalarType, rules);
}

function scalars(scalar: ScalarType, rules: FieldRules | undefined): Values {
  if (scalar === ScalarType.STRING) {
    const limits = rules?.type.case === 'string' ? rules.type.value : undefined;
    return { right: rightText(limits), wild: wildText(limits) };
  }
  if (scalar === ScalarType.BOOL) return { right: fc.boolean(), wild: fc.boolean() };
  if (scalar === ScalarType.BYTES) {
    const length = rules?.type.case === 'bytes' ? Number(rules.type.value.len) : 3;
    const bytes = (count: number) => new Uint8Array(count).fill(7);
    return { right: fc.constant(bytes(length)), wild: fc.constantFrom(0, length - 1, length + 1).map(bytes) };
  }
  const isSigned = scalar === ScalarType.INT32 || scalar === ScalarType.INT64;
  const isLong = [ScalarType.INT64, ScalarType.UINT64, ScalarType.FIXED64].includes(scalar);
  const number = (value: bigint) => (isLong ? value : Number(value));
  const edges = [0n, ...edgesOf(rules?.type.value)].filter((edge) => isSigned || edge >= 0n);
  return { right: fc.constant(number(1n)), wild: fc.constantFrom(...edges.map(number)) };
}

/** The numbers around each limit. */
function edgesOf(limits: unknown): bigint[] {
  if (typeof limits === 'bigint' || typeof limits === 'number') return [-1n, 0n, 1n].map((by) => BigInt(limits) + by);
  return typeof limits === 'object' && limits !== null ? Object.values(limits).flatMap(edgesOf) : [];
}

function masks(paths: readonly string[]): Values {
  const right = fc.constantFrom(...paths, ...paths.map((path) => `${path}.part`));
  const others = paths.flatMap((path) => [`${path}s`, `${path}.`, `.${path}`, path.slice(1)]);
  const wild = fc.constantFrom('', '.', 'name', ...others);
  const mask = (path: Arbitrary<string>) => fc.array(path, { maxLength: 5 }).map((named) => ({ paths: named }));
  return { right: mask(right), wild: fc.oneof(mask(fc.oneof(right, wild)), fc.constant(undefined)) };
}

function lists(field: DescField, rules: FieldRules): Values {
  const limits = rules.type.case === 'repeated' ? rules.type.value : undefined;
  const item = mostly(singleValues(field, limits?.items), 2);
  const few = fc.array(item, { maxLength: 3 });
  const sizes = sizesAround(limits?.maxItems);
  const many = fc.tuple(item, sizes).map(([one, length]) => Array<unknown>(length).fill(field.message ? {} : one));
  return {
    right: limits?.unique ? fc.uniqueArray(item, { maxLength: 3 }) : few,
    wild: fc.oneof(few, many),
  };
}

function maps(field: DescField, rules: FieldRules): Values {
  const limits = rules.type.case === 'map' ? rules.type.value : undefined;
  const key = mostly(singleValues({ scalar: ScalarType.STRING } as DescField, limits?.keys), 1);
  const hard = fc.tuple(key, fc.constantFrom('"', '\\', '\r\n')).map(([text, start]) => start + String(text).slice(2));
  const item = mostly(singleValues(field, limits?.values), 1);
  const entries = fc.array(fc.tuple(fc.oneof(key, hard), item), { maxLength: 3 });
  const many = fc
    .tuple(item, sizesAround(limits?.maxPairs))
    .map(([one, count]) => Array.from({ length: count }, (_, index) => [`k${index}`, one]));
  const toObject = (pairs: unknown[]) => Object.fromEntries(pairs as [string, unknown][]);
  return { right: entries.map(toObject), wild: fc.oneof(entries, many).map(toObject) };
}

/** The sizes around a limit; thousands are tried elsewhere, once. */
const sizesAround = (limit: bigint | undefined): Arbitrary<number> =>
  limit && limit < 1000n ? fc.constantFrom(Number(limit) - 1, Number(limit), Number(limit) + 1) : fc.constant(5);
