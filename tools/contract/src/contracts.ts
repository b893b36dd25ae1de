import { createFileRegistry, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import * as account from '@kelp/contract-account';
import * as analytics from '@kelp/contract-analytics';
import * as echo from '@kelp/contract-echo';
import * as event from '@kelp/contract-event';
import * as ingest from '@kelp/contract-ingest';
import * as stream from '@kelp/contract-stream';
import * as template from '@kelp/contract-template';
import * as usage from '@kelp/contract-usage';

/** What a library of a contract has of one message. */
export interface Subject {
  /** As its descriptor says: what any tool learns from reflection. */
  readonly desc: DescMessage;
  /** Decodes the message and names the fields that break its limits, as the services do. */
  readonly wrongFields: (bytes: Uint8Array) => string[];
}

interface Codec {
  decode(bytes: Uint8Array): never;
}
type Check = (message: never) => readonly { readonly field: string }[];

/** The libraries of all contracts, by package. */
export const libraries: Readonly<Record<string, Record<string, unknown>>> = {
  'kelp.account.v1': account,
  'kelp.analytics.v1': analytics,
  'kelp.echo.v1': echo,
  'kelp.event.v1': event,
  'kelp.ingest.v1': ingest,
  'kelp.stream.v1': stream,
  'kelp.template.v1': template,
  'kelp.usage.v1': usage,
};

/** All descriptors that servers answer with when they are asked to describe themselves. */
export function reflectedFiles() {
  const files = new Map<string, FileDescriptorProto>();
  for (const library of Object.values(libraries)) {
    for (const [name, contract] of Object.entries(library)) {
      if (!name.endsWith('Contract')) continue;
      const { descriptors } = contract as { descriptors: string };
      const set = fromBinary(FileDescriptorSetSchema, Buffer.from(descriptors, 'base64'));
      for (const file of set.file) files.set(file.name, file);
    }
  }
  return createFileRegistry({ $typeName: 'google.protobuf.FileDescriptorSet', file: [...files.values()] });
}

/** Every message of every contract, with the code that was generated for it. */
export const subjects: readonly Subject[] = [...reflectedFiles()]
  .filter((type): type is DescMessage => type.kind === 'message')
  .flatMap((desc) => {
    const library = libraries[desc.file.proto.package];
    if (library === undefined) return [];
    const codec = library[desc.name] as Codec;
    const check = (library[`check${desc.name}`] ?? (() => [])) as Check; // without rules there is no check
    return [{ desc, wrongFields: (bytes: Uint8Array) => check(codec.decode(bytes)).map(({ field }) => field) }];
  });
