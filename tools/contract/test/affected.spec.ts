import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { closureOf, readAll } from '../image.mjs';
import { contracts } from '../library.mjs';
import { outputsOf } from '../outputs.mjs';
import { sourcesOf } from '../sources.mjs';
import { type Edit, edited } from './edited-protos.js';
import { projects, reachedBy } from './reached-files.js';

const workspace = join(import.meta.dirname, '../../..');
const SERVICES = ['account', 'analytics', 'ingest', 'template'];
const TEMPLATE = 'kelp/template/v1/template.proto';
const EVENT = 'kelp/event/v1/event.proto';
const STREAM = 'kelp/stream/v1/stream.proto';

/** The index of a contract's library, made in the same way before and after. */
const indexOf = (name: string, all: ReturnType<typeof edited>) => outputsOf(name, closureOf(name, all)).get('index.ts');
const today = readAll();
const before = new Map<string, string | undefined>();

/** What changes in the repository where somebody edits a contract, and generates: all but what Nx is told to ignore. */
function afterGenerating(...edits: Edit[]): string[] {
  const all = edited(...edits);
  const files = edits.map(([file]) => `proto/${file}`);
  for (const name of contracts.filter((contract: string) => edits.some(([file]) => sourcesOf(contract).has(file)))) {
    const index = `libs/contract-${name}/src/index.ts`;
    if (!before.has(name)) before.set(name, indexOf(name, today));
    if (indexOf(name, all) !== before.get(name)) files.push(index);
  }
  return files;
}

/** Typical edits, and which services have to be built and tested again. */
const edits: readonly (readonly [what: string, files: () => string[], services: string[] | 'all'])[] = [
  ['a comment in a contract', () => afterGenerating([TEMPLATE, '// Creates a template.', '// Makes a template.']), []],
  [
    'a comment that all contracts import',
    () => afterGenerating([STREAM, '// Opens a stream', '// Begins a stream']),
    [],
  ],
  [
    'a field of a template',
    () => afterGenerating([TEMPLATE, 'bool strict = 3;', 'bool strict = 3;\n  string locale = 60;']),
    ['ingest', 'template'],
  ],
  [
    'a limit of a template',
    () => afterGenerating([TEMPLATE, '.string.max_len = 1024]', '.string.max_len = 2048]']),
    ['ingest', 'template'],
  ],
  [
    'a reason of ingest',
    () => afterGenerating(['kelp/ingest/v1/error_reason.proto', /\n}\s*$/, '\n  ERROR_REASON_NEW = 900;\n}\n']),
    ['ingest'],
  ],
  [
    'a field of the event',
    () => afterGenerating([EVENT, 'string diagnostic = 28', 'string extra = 60;\n  string diagnostic = 28']),
    ['account', 'analytics', 'ingest'],
  ],
  ['a file of one service', () => ['apps/account/src/main.ts'], ['account']],
  ['a test of one service', () => ['apps/ingest/test/webhook.spec.ts'], ['ingest']],
  ['a schema', () => ['apps/template/prisma/schema.prisma'], ['template']],
  ['the queue', () => ['libs/queue/src/index.ts'], ['ingest']],
  ['the change feed', () => ['libs/change-feed/src/index.ts'], ['account', 'template']],
  ['what answers calls', () => ['libs/rpc/src/server/answer.ts'], SERVICES],
  ['the one error', () => ['libs/status/src/index.ts'], SERVICES],
  ['calls that clients make', () => ['proto/releases/template/calls.json'], ['ingest', 'template']],
  ['who uses what', () => ['proto/releases/in-use.json'], []],
  ['what refuses a contract', () => ['tools/contract/gates/check.mjs'], []],
  ['what generates contracts', () => ['tools/contract/checks/helpers.mjs'], SERVICES],
  ['the call map', () => ['tools/boundaries.mjs'], 'all'],
  ['the compiler', () => ['tsconfig.base.json'], 'all'],
  ['the README', () => ['README.md'], []],
  ['a decision', () => ['docs/decisions/0001-grpc-transport.md'], []],
];

describe('what Nx builds and tests again', () => {
  const files = edits.map(([, changed]) => changed());
  const affected = affectedBy(files);

  it.each(edits.map(([what, , services], index) => [what, services, index] as const))(
    'after a change of %s is what depends on it, and no more',
    (_what, services, index) => {
      const found = affected[index]!;
      if (services === 'all') expect([...found].sort()).toEqual([...projects.keys()].sort());
      else expect(SERVICES.filter((service) => found.includes(`@kelp/${service}`))).toEqual(services);
    },
  );

  it('lacks no project whose code comes to a changed file', () => {
    for (const project of projects.keys()) {
      const reached = reachedBy(project);
      files.forEach((changed, index) => {
        const isAffected = changed.some((file) => reached.has(file));
        if (isAffected)
          expect([edits[index]![0], affected[index]]).toEqual([edits[index]![0], expect.arrayContaining([project])]);
      });
    }
  });
});

function affectedBy(changes: readonly string[][]): string[][] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(import.meta.dirname, 'affected-by.mjs')], {
    cwd: workspace,
    input: JSON.stringify(changes),
    env: { ...process.env, NX_DAEMON: 'false' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
