import { clone, create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FileOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { EchoContract } from '@kelp/contract-echo';

/** Where Debian has the code of Google's messages. */
const GOOGLE: Readonly<Record<string, string>> = {
  'google/rpc/status.proto': 'google.golang.org/genproto/googleapis/rpc/status',
  'google/protobuf/any.proto': 'github.com/golang/protobuf/ptypes/any',
  'google/protobuf/duration.proto': 'github.com/golang/protobuf/ptypes/duration',
  'google/protobuf/timestamp.proto': 'github.com/golang/protobuf/ptypes/timestamp',
};

const OURS = /^kelp\/(\w+)\/v1\//;
const packageOf = (file: string): string | undefined => OURS.exec(file)?.[1];

/** The RPCs that are compared: what only others use is left out, whatever the contracts become. */
const RPCS = ['AppendEvents', 'Echo', 'EchoCalls'];
const APPEND_FILE = 'kelp/analytics/v1/event_store.proto';

/** What asks protoc-gen-go for the code of the contracts that are compared: it makes one package at a time. */
export function generatorRequests(): Uint8Array[] {
  const files = new Map<string, FileDescriptorProto>();
  for (const { descriptors } of [AnalyticsContract, EchoContract]) {
    const set = fromBinary(FileDescriptorSetSchema, Buffer.from(descriptors, 'base64'));
    for (const file of set.file) files.set(file.name, forGo(file));
  }
  const needed = needs(files, ['kelp/analytics/v1/analytics_service.proto', 'kelp/echo/v1/echo_service.proto']);
  const protoFile = [...files.values()].filter(({ name }) => needed.has(name));
  const parameter = ['plugins=grpc', ...Object.entries(GOOGLE).map(([file, code]) => `M${file}=${code}`)].join(',');
  const ours = [...needed].filter(packageOf);
  return [...new Set(ours.map(packageOf))].map((goPackage) => {
    const fileToGenerate = ours.filter((name) => packageOf(name) === goPackage);
    return toBinary(
      CodeGeneratorRequestSchema,
      create(CodeGeneratorRequestSchema, { protoFile, fileToGenerate, parameter }),
    );
  });
}

/** Some files and all that they import. */
function needs(files: ReadonlyMap<string, FileDescriptorProto>, names: readonly string[]): Set<string> {
  const found = new Set(names);
  for (const name of found) for (const dependency of files.get(name)!.dependency) found.add(dependency);
  return found;
}

/** The same messages in a Go package, without the limits of fields: gRPC has nobody who checks them. */
function forGo(file: FileDescriptorProto): FileDescriptorProto {
  const goPackage = packageOf(file.name);
  if (goPackage === undefined) return file;
  const bare = clone(FileDescriptorProtoSchema, file);
  bare.options = create(FileOptionsSchema, { goPackage: `bench/${goPackage}` });
  bare.dependency = bare.dependency.filter((name) => name !== 'buf/validate/validate.proto');
  if (bare.service.length > 0 && goPackage === 'analytics') bare.dependency = [APPEND_FILE];
  for (const service of bare.service) service.method = service.method.filter(({ name }) => RPCS.includes(name));
  for (const message of bare.messageType) {
    for (const field of message.field) if (field.options) field.options.$unknown = [];
    for (const oneof of message.oneofDecl) oneof.options = undefined;
  }
  return bare;
}

/** What protoc-gen-go answers, by path. */
export function generatedFiles(response: Uint8Array): [path: string, content: string][] {
  const { error, file } = fromBinary(CodeGeneratorResponseSchema, response);
  if (error) throw new Error(`protoc-gen-go: ${error}`);
  return file.map(({ name, content }) => [name, content]);
}
