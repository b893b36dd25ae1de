import { fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import {
  HealthContract,
  ServerReflectionContract,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '@kelp/contract-grpc';
import { UsageContract } from '@kelp/contract-usage';
import { Code } from '@kelp/status';
import type { Contract } from '../contract.js';
import type { AnyHandler } from './served-rpc.js';

type Answered = ServerReflectionResponse['messageResponse'];

/** `grpc.reflection.v1.ServerReflection` for these contracts: the server describes itself. */
export function reflectionOf(contracts: readonly Contract[]) {
  const served = [...contracts, HealthContract, ServerReflectionContract, UsageContract];
  const files = new Map<string, FileDescriptorProto>();
  for (const { descriptors } of served) {
    const set = fromBinary(FileDescriptorSetSchema, Buffer.from(descriptors, 'base64'));
    for (const file of set.file) files.set(file.name, file);
  }
  const symbols = new Map<string, string>();
  for (const file of files.values()) for (const symbol of symbolsOf(file)) symbols.set(symbol, file.name);

  /** A file and all that it imports, itself first: then no client has to ask again. */
  const fileAnswer = (name: string | undefined): Answered => {
    const names = new Set<string>();
    const collect = (file: string) => {
      if (names.has(file)) return;
      names.add(file);
      for (const dependency of files.get(file)?.dependency ?? []) collect(dependency);
    };
    if (name === undefined || !files.has(name)) return notFound();
    collect(name);
    const found = [...names].flatMap((file) => files.get(file) ?? []);
    const fileDescriptorProto = found.map((file) => Buffer.from(toBinary(FileDescriptorProtoSchema, file)));
    return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
  };
  const services = served.map(({ definition }) => ({ name: definition.fullName }));

  const answer = (question: ServerReflectionRequest['messageRequest']): Answered => {
    switch (question?.$case) {
      case 'listServices':
        return { $case: 'listServicesResponse', value: { service: services } };
      case 'fileByFilename':
        return fileAnswer(question.value);
      case 'fileContainingSymbol':
        return fileAnswer(symbols.get(question.value));
      case 'fileContainingExtension':
        return fileAnswer(extensionFile(files.values(), question.value));
      case 'allExtensionNumbersOfType': {
        const baseTypeName = question.value;
        const extensionNumber = extensionsOf(files.values(), baseTypeName).map(({ number }) => number);
        return { $case: 'allExtensionNumbersResponse', value: { baseTypeName, extensionNumber } };
      }
      case undefined:
        return { $case: 'errorResponse', value: { errorCode: Code.INVALID_ARGUMENT, errorMessage: 'No question.' } };
    }
  };

  const handlers: Record<string, AnyHandler> = {
    serverReflectionInfo: async function* (requests): AsyncIterable<ServerReflectionResponse> {
      for await (const request of requests as AsyncIterable<ServerReflectionRequest>) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: answer(request.messageRequest),
        };
      }
    },
  };
  return { contract: ServerReflectionContract, handlers };
}

const notFound = (): Answered => ({
  $case: 'errorResponse',
  value: { errorCode: Code.NOT_FOUND, errorMessage: 'This server does not know it.' },
});

function symbolsOf(file: FileDescriptorProto): string[] {
  const inMessage = (message: DescriptorProto, scope: string): string[] => {
    const name = `${scope}.${message.name}`;
    return [
      name,
      ...message.field.map((field) => `${name}.${field.name}`),
      ...message.enumType.map((type) => `${name}.${type.name}`),
      ...message.nestedType.flatMap((nested) => inMessage(nested, name)),
    ];
  };
  return [
    ...file.messageType.flatMap((message) => inMessage(message, file.package)),
    ...file.enumType.map((type) => `${file.package}.${type.name}`),
    ...file.extension.map((extension) => `${file.package}.${extension.name}`),
    ...file.service.flatMap((service) => [
      `${file.package}.${service.name}`,
      ...service.method.map((method) => `${file.package}.${service.name}.${method.name}`),
    ]),
  ];
}

function extensionsOf(files: Iterable<FileDescriptorProto>, type: string) {
  return [...files].flatMap((file) =>
    file.extension.filter(({ extendee }) => extendee === `.${type}`).map(({ number }) => ({ number, file: file.name })),
  );
}

function extensionFile(
  files: Iterable<FileDescriptorProto>,
  { containingType, extensionNumber }: { containingType: string; extensionNumber: number },
): string | undefined {
  return extensionsOf(files, containingType).find(({ number }) => number === extensionNumber)?.file;
}
