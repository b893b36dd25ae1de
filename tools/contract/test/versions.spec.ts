import {
  create,
  type DescField,
  type DescMessage,
  equals,
  fromBinary,
  type MessageInitShape,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { registryOf } from '../gates/promises.mjs';
import { readRelease, released, releasesOf } from '../releases.mjs';
import { libraries, reflectedFiles } from '../src/contracts.js';

type Init = MessageInitShape<DescMessage>;

interface Codec {
  decode(bytes: Uint8Array): never;
  encode(message: never): { finish(): Uint8Array };
}

/** A value that no version of any of our enums has. */
const UNKNOWN_VALUE = 9_999;

/** The messages of every version in use, and of today's. */
const versions = [
  ['today', reflectedFiles()] as const,
  ...released.flatMap((name: string) =>
    releasesOf(name).map((version: string) => [`${name} ${version}`, registryOf(readRelease(name, version))] as const),
  ),
];

it.each(versions)('what %s says passes through the code of today, unknown values of enums included', (_, files) => {
  const messages = [...files].filter((type): type is DescMessage => type.kind === 'message');
  const ours = messages.filter((desc) => libraries[desc.file.proto.package]?.[desc.name]);
  expect(ours.length).toBeGreaterThan(0);
  for (const desc of ours) {
    const codec = libraries[desc.file.proto.package]![desc.name] as Codec;
    for (const said of fullMessages(desc)) {
      const bytes = toBinary(desc, create(desc, said));
      const passed = codec.encode(codec.decode(bytes)).finish();
      expect([desc.typeName, equals(desc, fromBinary(desc, passed), fromBinary(desc, bytes))]).toEqual([
        desc.typeName,
        true,
      ]);
    }
  }
});

/** Messages with everything in them: one for each choice of the largest oneof. */
function fullMessages(desc: DescMessage): Init[] {
  const choices = Math.max(1, ...desc.oneofs.map(({ fields }) => fields.length));
  return Array.from({ length: choices }, (_, choice) => full(desc, choice, 3));
}

function full(desc: DescMessage, choice: number, depth: number): Init {
  if (desc.typeName === 'google.protobuf.Timestamp') return { seconds: 1_780_000_000n, nanos: 5_000_000 };
  const entries = desc.members.map((member) => {
    if (member.kind === 'field') return [member.localName, contentOf(member, choice, depth)];
    const field = member.fields[choice % member.fields.length]!;
    const value = contentOf(field, choice, depth);
    return [member.localName, value === undefined ? { case: undefined } : { case: field.localName, value }];
  });
  return Object.fromEntries(entries);
}

function contentOf(field: DescField, choice: number, depth: number): unknown {
  const single = (): unknown => {
    if (field.message?.typeName === 'google.protobuf.Struct') return { key: 'ä' };
    if (field.message) return depth > 0 ? full(field.message, choice, depth - 1) : undefined;
    if (field.enum) return UNKNOWN_VALUE;
    return field.scalar === undefined ? undefined : scalars[field.scalar];
  };
  const value = single();
  if (value === undefined) return undefined;
  if (field.fieldKind === 'list') return [value, value];
  return field.fieldKind === 'map' ? { [field.mapKey === ScalarType.STRING ? 'key' : '7']: value } : value;
}

const scalars: Readonly<Record<ScalarType, unknown>> = {
  [ScalarType.DOUBLE]: 0.5,
  [ScalarType.FLOAT]: 0.5,
  [ScalarType.INT64]: -7n,
  [ScalarType.UINT64]: 2n ** 63n,
  [ScalarType.INT32]: -7,
  [ScalarType.FIXED64]: 2n ** 63n,
  [ScalarType.FIXED32]: 7,
  [ScalarType.BOOL]: true,
  [ScalarType.STRING]: 'ä',
  [ScalarType.BYTES]: new Uint8Array([0, 255]),
  [ScalarType.UINT32]: 2 ** 32 - 1,
  [ScalarType.SFIXED32]: -7,
  [ScalarType.SFIXED64]: -7n,
  [ScalarType.SINT32]: -7,
  [ScalarType.SINT64]: -7n,
};
