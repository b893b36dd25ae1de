import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileRegistry, type DescService, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { RecordedCall } from './recorded-calls.js';

/** The root of the repository. */
export const workspace = join(import.meta.dirname, '../../..');

const folderOf = (service: string) => join(workspace, 'proto/releases', service);

/** The versions of a contract that are in use. */
export const versionsOf = (service: string): string[] =>
  readdirSync(folderOf(service))
    .filter((file) => file.endsWith('.binpb'))
    .map((file) => file.replace('.binpb', ''));

/** The file that a release is stored in. */
export const imageOf = (service: string, version: string): string => join(folderOf(service), `${version}.binpb`);

/** The services that a release has. */
export function servicesOf(service: string, version: string): DescService[] {
  const described = fromBinary(FileDescriptorSetSchema, readFileSync(imageOf(service, version)));
  return [...createFileRegistry(described)].filter(
    (type): type is DescService => type.kind === 'service' && type.typeName.startsWith(`kelp.${service}.`),
  );
}

/** The calls that clients of a release make; those of the next one where none is named. */
export function callsOf(service: string, version?: string): RecordedCall[] {
  const path = join(folderOf(service), version ? `${version}.calls.json` : 'calls.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RecordedCall[]) : [];
}
