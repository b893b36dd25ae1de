// `node tools/prisma/cli.mjs <app> <prisma arguments>`: the official Prisma CLI on one app's schema, with a schema engine
// that needs no download (schema-engine beside this file).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [app, ...args] = process.argv.slice(2);
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'apps', app ?? '');
if (!app || !existsSync(join(folder, 'prisma/schema.prisma'))) {
  console.error('Usage: npm run db -- <app> <prisma arguments>, for example: npm run db -- account generate');
  process.exit(2);
}
const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
const env = {
  ...process.env,
  PRISMA_SCHEMA_ENGINE_BINARY: join(import.meta.dirname, 'schema-engine'),
  CHECKPOINT_DISABLE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
};
const config = ['--config', join(import.meta.dirname, 'prisma.config.mjs')];
const quiet = args[0] === 'generate' ? ['--no-hints'] : [];
const { status } = spawnSync(process.execPath, [cli, ...args, ...config, ...quiet], {
  stdio: 'inherit',
  env,
  cwd: folder,
});
process.exit(status ?? 1);
