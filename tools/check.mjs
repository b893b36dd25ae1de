// `npm run check`: whether what has changed since `main` can be merged; with `-- --all`, everything. CI runs nothing else.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differsFromMigrations } from './prisma/drift.mjs';
import { biome, nx, root, run } from './run.mjs';

const all = process.argv.includes('--all');
const failures = [];

/** Runs one check; what it says is only shown where it fails. */
async function check(what, { code, output }) {
  console.log(`${code === 0 ? '✓' : '✗'} ${what}`);
  if (code === 0) return;
  failures.push(what);
  console.log(output);
}

/** A hash of all generated code that is committed. */
function generatedCode() {
  const hash = createHash('sha256');
  for (const lib of readdirSync(join(root, 'libs')).filter((name) => name.startsWith('contract-'))) {
    const source = join(root, 'libs', lib, 'src');
    for (const file of readdirSync(source, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) hash.update(file.name).update(readFileSync(join(file.parentPath, file.name)));
    }
  }
  return hash.digest('hex');
}

async function contractsAreFresh() {
  const before = generatedCode();
  const { code, output } = await run([nx, 'run-many', '-t', 'generate', '-p', 'contract-*', '@kelp/contract-*'], {
    quiet: true,
  });
  if (code !== 0 || generatedCode() === before) return { code, output };
  return { code: 1, output: 'Generating changed files in libs/contract-*: they are right now; commit them.' };
}

const contracts = await run(['tools/contract/cli.mjs', 'check'], { quiet: true });
await check('contracts are linted, formatted, and keep every version in use', contracts);
await check('generated code is fresh', await contractsAreFresh());
await check('code is formatted', await run([biome, 'check', '--error-on-warnings', '.'], { quiet: true }));
await check('what it is made of is in order', await run(['tools/supply-chain/main.mjs'], { quiet: true }));

const apps = readdirSync(join(root, 'apps')).filter((app) => existsSync(join(root, 'apps', app, 'prisma/migrations')));
for (const [app, result] of await differsFromMigrations(apps)) await check(`migrations of ${app} are complete`, result);

const which = all ? ['run-many'] : ['affected'];
const targets = ['lint', 'typecheck', 'test', 'e2e', 'build'];
const { code } = await run([nx, ...which, '-t', ...targets, '--output-style=static']);
await check(`${targets.join(', ')}: ${all ? 'all projects' : 'what changes since main affect'}`, { code, output: '' });

if (failures.length > 0) console.error(`\nNot in order: ${failures.join('; ')}.`);
process.exit(failures.length > 0 ? 1 : 0);
