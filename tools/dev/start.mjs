// `npm start`: builds what has changed, says nothing unless that fails, and runs it in this process.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const projects = ['@kelp/account', '@kelp/template', '@kelp/analytics', '@kelp/ingest', '@kelp/dev'];

if (!process.argv.includes('--help')) console.log('Building what has changed …');
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  ['node_modules/nx/bin/nx.js', 'run-many', '-t', 'build', '-p', projects.join(','), '--output-style=static'],
  { cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } },
);
if (status !== 0) {
  console.error(`${stdout}${stderr}\nKelp cannot be built: see above.`);
  process.exit(1);
}
await import('./dist/main.mjs');
