import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** What a descriptor set declares, by full name. */
export const registryOf = (files) => createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));

const isOurs = (type) => !/^(google\.protobuf|buf)\./.test(`${type.file.proto.package}.`);

/**
 * All that a contract names: one entry for each message, field, enum, value, service and RPC, by full name.
 * @returns {Map<string, { kind: string, owner: string, deprecated: boolean, desc: object }>} `owner`: the full name of the
 *   message, enum or service that it belongs to, or its own
 */
export function promisesOf(files) {
  const promises = new Map();
  const add = (kind, name, owner, desc) => {
    const deprecated = desc.deprecated || desc.proto.options?.deprecated === true;
    promises.set(name, { kind, owner, deprecated, desc });
  };
  for (const type of registryOf(files)) {
    if (!isOurs(type) || type.kind === 'extension') continue;
    add(type.kind, type.typeName, type.typeName, type);
    const parts = { message: type.fields, enum: type.values, service: type.methods }[type.kind];
    const kind = { message: 'field', enum: 'value', service: 'RPC' }[type.kind];
    for (const part of parts) add(kind, `${type.typeName}.${part.name}`, type.typeName, part);
  }
  return promises;
}

/** The messages and enums that a call of this RPC can bring along, by full name. */
export function reachOf(method) {
  const reached = new Set();
  const visit = (type) => {
    if (reached.has(type.typeName)) return;
    reached.add(type.typeName);
    for (const { message, enum: values } of type.fields ?? []) {
      if (message) visit(message);
      if (values) reached.add(values.typeName);
    }
  };
  visit(method.input);
  visit(method.output);
  return reached;
}
