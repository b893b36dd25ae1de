// Running other programs of the repository, for the commands of package.json.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

const require = createRequire(import.meta.url);

/** The files of the programs that packages bring, to be run with Node: no shell, on any system. */
export const nx = require.resolve('nx/bin/nx.js');
export const buf = require.resolve('@bufbuild/buf/bin/buf');
export const biome = require.resolve('@biomejs/biome/bin/biome');

/**
 * Runs a file with this Node, in the root of the repository.
 * @param {readonly string[]} args the file and its arguments
 * @param {{ env?: NodeJS.ProcessEnv, quiet?: boolean }} [options] where it is quiet, its output is only kept
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(args, { env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        output += data;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
