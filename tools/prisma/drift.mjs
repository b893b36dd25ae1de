import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../postgres/free-port.mjs';
import { throwaway } from '../postgres/jest-setup.mjs';
import { startPostgres } from '../postgres/server.mjs';
import { run } from '../run.mjs';

const CLI = join(import.meta.dirname, 'cli.mjs');

/**
 * Whether an app's schema says more than its migrations make, or less: replays them on a throwaway server.
 * @param {readonly string[]} apps
 * @returns {Promise<[string, { code: number, output: string }][]>} for each app what the Prisma CLI said
 */
export async function differsFromMigrations(apps) {
  const dataDir = mkdtempSync(join(tmpdir(), 'kelp-drift-'));
  const postgres = await startPostgres({ dataDir, port: await freePort(), settings: throwaway });
  const diff = ['--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma', '--exit-code'];
  try {
    const results = [];
    for (const app of apps) {
      const env = { DATABASE_URL: postgres.url('postgres') };
      results.push([app, await run([CLI, app, 'migrate', 'diff', ...diff], { env, quiet: true })]);
    }
    return results;
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
