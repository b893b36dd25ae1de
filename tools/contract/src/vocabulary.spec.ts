import { type DescField, type DescMessage, type FileRegistry, getOption, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import {
  FieldRulesSchema,
  field as fieldRules,
  oneof as oneofRules,
  file_buf_validate_validate as standard,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { reflectedFiles } from './contracts.js';

const files = reflectedFiles();
const own = files.getFile('buf/validate/validate.proto')!;

/** What of a field travels: all of it but its comments and its own options. */
const wireOf = (field: DescField | undefined) => {
  if (field === undefined) return undefined;
  const { name, number, label, type, typeName, extendee } = field.proto;
  return { name, number, label, type, typeName, extendee, oneof: field.oneof?.name };
};

describe('buf/validate/validate.proto', () => {
  it.each(own.messages.map((message) => [message.name, message] as const))(
    'declares %s with the standard names and numbers',
    (name, message) => {
      const counterpart = standard.messages.find((candidate) => candidate.name === name);
      for (const field of message.fields) {
        expect(wireOf(field)).toEqual(wireOf(counterpart?.fields.find((candidate) => candidate.name === field.name)));
      }
    },
  );

  it('declares the standard extensions and enums', () => {
    for (const { proto, number } of own.extensions) {
      const counterpart = standard.extensions.find((candidate) => candidate.proto.name === proto.name)?.proto;
      expect({ number, extendee: proto.extendee, type: proto.typeName }).toEqual({
        number: counterpart?.number,
        extendee: counterpart?.extendee,
        type: counterpart?.typeName,
      });
    }
    const values = (file: typeof own) =>
      file.enums.flatMap((type) => type.values.map((value) => [value.name, value.number]));
    expect(values(standard)).toEqual(expect.arrayContaining(values(own)));
    expect(own.proto.package).toBe(standard.proto.package);
    expect(own.proto.syntax).toBe(standard.proto.syntax);
  });

  it('declares no rule that no contract uses, so that each is compared with protovalidate', () => {
    const declared = own.messages.flatMap((message) => message.fields.map((field) => `${message.name}.${field.name}`));
    expect(declared.filter((rule) => !usedRules(files).has(rule))).toEqual([]);
  });
});

/** The rules that contracts use, such as `StringRules.max_len`. */
function usedRules(registry: FileRegistry): ReadonlySet<string> {
  const used = new Set<string>();
  const collect = (desc: DescMessage, message: Message) => {
    const content = reflect(desc, message);
    for (const field of desc.fields.filter((candidate) => content.isSet(candidate))) {
      used.add(`${desc.name}.${field.name}`);
      if (field.fieldKind === 'message') collect(field.message, content.get(field).message);
    }
  };
  for (const type of registry) {
    if (type.kind !== 'message') continue;
    for (const field of type.fields) collect(FieldRulesSchema, getOption(field, fieldRules));
    for (const oneof of type.oneofs) if (getOption(oneof, oneofRules).required) used.add('OneofRules.required');
  }
  return used;
}
