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

/** What asks protoc-gen-go for the code of the contracts that are compared. */
export function generatorRequest(): Uint8Array {
  const files = new Map<string, FileDescriptorProto>();
  for (const { descriptors } of [AnalyticsContract, EchoContract]) {
    const set = fromBinary(FileDescriptorSetSchema, Buffer.from(descriptors, 'base64'));
    for (const file of set.file) files.set(file.name, forGo(file));
  }
  const request = create(CodeGeneratorRequestSchema, {
    protoFile: [...files.values()],
    fileToGenerate: [...files.keys()].filter((name) => OURS.test(name)),
    parameter: ['plugins=grpc', ...Object.entries(GOOGLE).map(([file, code]) => `M${file}=${code}`)].join(','),
  });
  return toBinary(CodeGeneratorRequestSchema, request);
}

/** The same messages in a Go package, without the limits of fields: gRPC has nobody who checks them. */
function forGo(file: FileDescriptorProto): FileDescriptorProto {
  const service = OURS.exec(file.name)?.[1];
  if (service === undefined) return file;
  const bare = clone(FileDescriptorProtoSchema, file);
  bare.options = create(FileOptionsSchema, { goPackage: `bench/${service}` });
  bare.dependency = bare.dependency.filter((name) => name !== 'buf/validate/validate.proto');
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
