import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { biome, buf } from '../run.mjs';

/** Brings what was written into its form, and generates what follows from it: the contract's code, Prisma's, manifests. */
export function generate(root, service, paths) {
  const run = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`node ${args.join(' ')} failed:\n${stdout}${stderr}`);
  };
  const form = paths.filter((path) => /\.(ts|mjs|json)$/.test(path) && path !== 'package-lock.json');
  run(buf, 'format', '-w', 'proto');
  run('tools/contract/generate.mjs', service);
  if (existsSync(join(root, 'apps', service, 'prisma'))) run('tools/prisma/cli.mjs', service, 'generate');
  run('tools/k8s/generate.mjs');
  run(biome, 'check', '--write', '--error-on-warnings', '--no-errors-on-unmatched', ...form);
}
