// `node tools/contract/generate.mjs <name>`: writes libs/contract-<name>/src/gen from its protos, and src/index.ts, which
// re-exports it. Run by `npm run gen` through Nx, which knows when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { protoFolder, vocabularies } from '../boundaries.mjs';
import { writeContract } from './contract-object.mjs';

const root = join(import.meta.dirname, '../..');
const name = process.argv[2];
const lib = join(root, `libs/contract-${name}`);
const gen = join(lib, 'src/gen');

const protosIn = (folder) =>
  readdirSync(join(root, 'proto', folder), { recursive: true })
    .filter((file) => file.endsWith('.proto'))
    .map((file) => join(folder, file));
const wellKnown = ['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp'].map(
  (type) => `google/protobuf/${type}.proto`,
);

/** A contract imports the generated code of the vocabularies instead of repeating it. */
const imported = vocabularies
  .filter((vocabulary) => vocabulary !== name)
  .flatMap((vocabulary) =>
    [...protosIn(protoFolder(vocabulary)), ...(vocabulary === 'google' ? wellKnown : [])].map(
      (proto) => `M${proto}=@kelp/contract-${vocabulary}`,
    ),
  );

const options = [
  'env=node',
  'esModuleInterop=true',
  'importSuffix=.js',
  'forceLong=bigint',
  'useDate=true',
  'oneof=unions-value',
  'useExactTypes=false',
  'snakeToCamel=keys',
  'removeEnumPrefix=true',
  'exportCommonSymbols=false',
  'annotateFilesWithVersion=false',
  'lowerCaseServiceMethods=true',
  'outputServices=generic-definitions',
  'outputJsonMethods=false',
  'emitImportedFiles=false',
  ...imported,
];

function buf(...args) {
  const { status } = spawnSync(
    process.execPath,
    [createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf'), ...args],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(gen, { recursive: true, force: true });
const path = ['--path', `proto/${protoFolder(name)}`];
const plugin = {
  local: ['node', join(root, 'node_modules/.bin/protoc-gen-ts_proto')],
  out: gen,
  opt: options,
  strategy: 'all',
};
buf(
  'generate',
  'proto',
  '--template',
  JSON.stringify({ version: 'v2', plugins: [plugin] }),
  // The library of Google's types holds those that any contract imports.
  ...(name === 'google' ? ['--include-imports', '--include-wkt'] : path),
);
if (name === 'google') for (const other of ['buf', 'kelp', 'grpc']) rmSync(join(gen, other), { recursive: true, force: true });

const image = join(tmpdir(), `kelp-contract-${name}-${process.pid}.binpb`);
buf('build', 'proto', ...path, '--as-file-descriptor-set', '-o', image);
writeContract({ image: readFileSync(image), gen, protoFolder: protoFolder(name) });
rmSync(image);

const modules = readdirSync(gen, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .map((file) => `export * from './${relative(join(lib, 'src'), join(gen, file)).replace(/\.ts$/, '.js')}';`);
writeFileSync(join(lib, 'src/index.ts'), `${modules.join('\n')}\n`);
