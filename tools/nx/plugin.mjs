// What every project can do follows from what its folder holds, so that no package.json repeats it.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { vocabularies } from '../boundaries.mjs';
import { contractOf, importsIn, sourcesOf } from '../contract/sources.mjs';
import { countsFile } from './jest-count.mjs';

/** The tags that the import rules of tools/boundaries.mjs speak of. */
function tagsOf(root) {
  const [top, name] = root.split('/');
  if (top === 'apps') return ['type:app', `app:${name}`];
  if (top === 'tools') return ['type:tool'];
  const contract = name.match(/^contract-(.+)$/)?.[1];
  if (contract) return [vocabularies.includes(contract) ? 'type:vocabulary' : 'type:contract', `contract:${contract}`];
  return []; // a library says in its package.json what it is
}

const jest = (root, target) => ({
  command: `node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js --config tools/nx/jest.${target}.mjs --rootDir ${root}`,
  outputs: [`{workspaceRoot}/${countsFile(root, target)}`],
});

const has = (workspace, root, folder, pattern) => {
  const path = join(workspace, root, folder);
  return existsSync(path) && readdirSync(path, { recursive: true }).some((file) => pattern.test(String(file)));
};

function project(root, workspace) {
  const [top, name] = root.split('/');
  const contract = top === 'libs' && name.match(/^contract-(.+)$/)?.[1];
  const prisma = existsSync(join(workspace, root, 'prisma/schema.prisma'));
  const targets = {
    lint: { command: `node tools/nx/lint.mjs ${root}` },
    typecheck: { command: `node node_modules/typescript7/bin/tsc -p ${root}` },
  };
  if (contract) {
    targets.generate = {
      command: `node tools/contract/generate.mjs ${contract}`,
      inputs: [
        { runtime: `node tools/contract/source-hash.mjs ${contract}` },
        'releases',
        '{workspaceRoot}/tools/contract/{contract-object,generate,image,library,our-wire,outputs,releases,sources}.mjs',
        '{workspaceRoot}/tools/contract/checks/**/*',
        '{workspaceRoot}/tools/kelp-contract/{identity,messages}.mjs',
        '{workspaceRoot}/tools/boundaries.mjs',
        { externalDependencies: ['ts-proto', '@bufbuild/buf', '@bufbuild/protobuf'] },
      ],
      outputs: ['{projectRoot}/src/gen', '{projectRoot}/src/index.ts'],
    };
  } else if (prisma) {
    targets.generate = {
      command: `node tools/prisma/cli.mjs ${name} generate`,
      inputs: [
        '{projectRoot}/prisma/schema.prisma',
        '{workspaceRoot}/tools/prisma/**/*',
        { externalDependencies: ['prisma'] },
      ],
      outputs: ['{projectRoot}/src/generated'],
    };
  }
  if (has(workspace, root, 'src', /\.spec\.ts$/)) targets.test = jest(root, 'test');
  if (has(workspace, root, 'test', /\.spec\.ts$/)) targets.e2e = jest(root, 'e2e');
  if (existsSync(join(workspace, root, 'src/main.ts')))
    targets.build = { command: `node tools/build/bundle.mjs ${root}` };
  return {
    targets,
    // Neither a contract's source nor its code counts, which comments change, too: its index says what it means.
    ...(contract && {
      namedInputs: {
        // Their version is in the code, and clients of each are run against the service.
        releases: [`{workspaceRoot}/proto/releases/${contract}/*.{binpb,json}`],
        default: ['{projectRoot}/**/*', 'releases', 'toolchain'],
        production: ['default'],
      },
    }),
  };
}

export const createNodesV2 = [
  '{apps,libs,tools}/*/package.json',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      return [file, { projects: { [root]: { root, ...project(root, workspaceRoot), tags: tagsOf(root) } } }];
    }),
];

/** The edges that the protos themselves draw: a contract's library needs those of the contracts that it imports. */
export const createDependencies = (_options, { projects }) => {
  const names = Object.entries(projects).flatMap(([project, { root }]) => {
    const contract = root.match(/^libs\/contract-(.+)$/)?.[1];
    return contract ? [[contract, project]] : [];
  });
  const projectOf = new Map(names);
  const contracts = [...projectOf.keys()];
  return contracts.flatMap((contract) => {
    const imported = [...sourcesOf(contract).values()].flatMap(importsIn).map((path) => contractOf(path, contracts));
    return [...new Set(imported)]
      .filter((other) => other !== undefined && other !== contract)
      .map((other) => ({ source: projectOf.get(contract), target: projectOf.get(other), type: 'implicit' }));
  });
};
