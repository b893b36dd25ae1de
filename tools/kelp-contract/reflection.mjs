import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { call } from './call.mjs';

const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
const RELEASES = '/kelp.usage.v1.UsageService/GetContractReleases';

/** Fields of ServerReflectionRequest and -Response. Source: grpc/reflection/v1/reflection.proto. */
const FILE_CONTAINING_SYMBOL = 4;
const LIST_SERVICES = 7;
const FILES = 4;
const SERVICES = 6;

/**
 * Asks a running service what its contract is.
 * @param {{ target: string, service: string, tls: object }} where see `call`
 * @returns {Promise<{ version: string, hash: string | undefined, files: object[] }>}
 */
export async function describe(where) {
  const ask = (question, text) =>
    call(where, REFLECTION, [new BinaryWriter().tag(question, 2).string(text).finish()]).then(([answer]) =>
      fieldsOf(answer),
    );
  const list = parts(await ask(LIST_SERVICES, ''), SERVICES).flatMap((answer) => parts(fieldsOf(answer), 1));
  const services = list.map((entry) => text(parts(fieldsOf(entry), 1)[0]));
  const own = services.filter((name) => name.split('.').at(-3) === where.service);
  if (own.length === 0)
    throw new Error(`${where.target} serves ${services.join(', ') || 'nothing'}, and no ${where.service}.`);
  const files = new Map();
  const packageOf = (name) => name.slice(0, name.lastIndexOf('.'));
  // The reasons of errors are told apart by callers, but no message has them.
  for (const symbol of [...own, ...new Set(own.map((name) => `${packageOf(name)}.ErrorReason`))]) {
    for (const answer of parts(await ask(FILE_CONTAINING_SYMBOL, symbol), FILES)) {
      for (const bytes of parts(fieldsOf(answer), 1)) {
        const file = fromBinary(FileDescriptorProtoSchema, bytes);
        files.set(file.name, file);
      }
    }
  }
  return { ...(await releaseOf(where, own[0])), files: importsFirst(files) };
}

/** Other servers than Kelp's have no releases. */
async function releaseOf(where, service) {
  const [answer] = await call(where, RELEASES, [new Uint8Array(0)]).catch(() => [Buffer.alloc(0)]);
  for (const release of parts(fieldsOf(answer), 1)) {
    const [name, version, hash] = [1, 2, 3].map((number) => text(parts(fieldsOf(release), number)[0]));
    if (name === service) return { version, hash };
  }
  return { version: '0.0.0', hash: undefined };
}

/** What compilers want: each file after those that it imports. */
export function importsFirst(files) {
  const ordered = new Map();
  const visit = (file) => {
    if (file === undefined || ordered.has(file.name)) return;
    for (const name of file.dependency) visit(files.get(name));
    ordered.set(file.name, file);
  };
  for (const file of files.values()) visit(file);
  return [...ordered.values()];
}

const text = (bytes) => new TextDecoder().decode(bytes);
const parts = (fields, number) => fields.filter(([found]) => found === number).map(([, bytes]) => bytes);

/** The fields of a message that have a length: texts, bytes and messages. */
function fieldsOf(message) {
  const reader = new BinaryReader(message);
  const fields = [];
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (wireType === 2) fields.push([number, reader.bytes()]);
    else reader.skip(wireType, number);
  }
  return fields;
}
