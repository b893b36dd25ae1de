import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { protoFolder } from '../boundaries.mjs';

const root = join(import.meta.dirname, '../..');
const buf = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf');

/** Google's types that contracts use: they live in the library of the contract `google`. */
export const wellKnown = ['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp'].map(
  (type) => `google/protobuf/${type}.proto`,
);

/**
 * The descriptors of a contract's files and of all that they import, with comments; imports come first.
 * @returns {import('@bufbuild/protobuf/wkt').FileDescriptorProto[]}
 */
export function readImage(name) {
  const files = build('proto', '--path', `proto/${protoFolder(name)}`);
  if (name !== 'google') return files;
  return [...files, ...readWellKnown().filter((file) => !files.some((known) => known.name === file.name))];
}

/** The descriptors of all contracts, with comments, from `proto/` or from another folder that holds the same. */
export const readAll = (folder = 'proto') => build(folder);

/** A contract's files and all that they import, of all. */
export function closureOf(name, all) {
  const byName = new Map(all.map((file) => [file.name, file]));
  const found = new Set();
  const collect = (file) => {
    if (found.has(file)) return;
    for (const dependency of byName.get(file).dependency) collect(dependency);
    found.add(file);
  };
  for (const file of byName.keys()) if (file.startsWith(`${protoFolder(name)}/`)) collect(file);
  return [...found].map((file) => byName.get(file));
}

function build(...args) {
  const command = [buf, 'build', ...args, '--as-file-descriptor-set', '-o', '-'];
  const { status, stdout } = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${args[0]} cannot be compiled: see above.`);
  return fromBinary(FileDescriptorSetSchema, stdout).file;
}

/** Google's types come with buf, for those who import them. */
function readWellKnown() {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-well-known-'));
  try {
    const imports = wellKnown.map((file) => `import "${file}";`);
    writeFileSync(join(folder, 'all.proto'), ['syntax = "proto3";', ...imports, ''].join('\n'));
    return build(folder).filter((file) => wellKnown.includes(file.name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
