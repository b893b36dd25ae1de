import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from '@bufbuild/protobuf/wkt';

const plugin = join(createRequire(import.meta.url).resolve('ts-proto/package.json'), '../protoc-gen-ts_proto');

const options = [
  'env=node',
  'esModuleInterop=true',
  'importSuffix=.js',
  'forceLong=bigint',
  'useDate=true',
  'oneof=unions-value',
  'useExactTypes=false',
  'removeEnumPrefix=true',
  'exportCommonSymbols=false',
  'annotateFilesWithVersion=false',
  'lowerCaseServiceMethods=true',
  'outputServices=generic-definitions',
  'emitImportedFiles=false',
];

/** JSON as the standard has it, or none. */
const jsonOptions = (json) =>
  json ? ['outputJsonMethods=true', 'snakeToCamel=keys_json'] : ['outputJsonMethods=false', 'snakeToCamel=keys'];

/**
 * The types and codecs of messages and the definitions of services, by ts-proto.
 * @param {object} input
 * @param {import('@bufbuild/protobuf/wkt').FileDescriptorProto[]} input.files the contract's and all that they import
 * @param {string[]} input.generate the names of those to write
 * @param {ReadonlyMap<string, string>} input.imported which package has the code of a file that is not written
 * @param {boolean} [input.json] whether messages can be read from and written as JSON
 * @returns {Map<string, string>} by path, such as `kelp/event/v1/event.ts`
 */
export function messageFiles({ files, generate, imported, json = false }) {
  const request = create(CodeGeneratorRequestSchema, {
    protoFile: files,
    fileToGenerate: generate,
    parameter: [...options, ...jsonOptions(json), ...[...imported].map(([file, from]) => `M${file}=${from}`)].join(','),
  });
  const { status, stdout } = spawnSync(process.execPath, [plugin], {
    input: toBinary(CodeGeneratorRequestSchema, request),
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`ts-proto failed with status ${status}.`);
  const response = fromBinary(CodeGeneratorResponseSchema, stdout);
  if (response.error) throw new Error(`ts-proto: ${response.error}`);
  return new Map(response.file.map(({ name, content }) => [name, content]));
}
