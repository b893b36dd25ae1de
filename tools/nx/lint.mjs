// `node tools/nx/lint.mjs <project root>`: Biome for form, ESLint for what needs types or the project graph.
import { spawnSync } from 'node:child_process';

const root = process.argv[2];
const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
const biome = run('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', root);
const eslint = run(
  'node_modules/eslint/bin/eslint.js',
  '--max-warnings',
  '0',
  '--no-error-on-unmatched-pattern',
  `${root}/**/*.ts`,
);
process.exit(biome || eslint);
