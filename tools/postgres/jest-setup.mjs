// What a project's tests share: a PostgreSQL server, unless TEST_PG_URL names another, and a folder for certificates. The
// server forgets on purpose: no fsync.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { startPostgres } from './server.mjs';

export const throwaway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export default async function setup() {
  process.env.TEST_CERTIFICATES = mkdtempSync(join(tmpdir(), 'kelp-certificates-'));
  if (process.env.TEST_PG_URL) return;
  const dataDir = mkdtempSync(join(tmpdir(), 'kelp-postgres-'));
  const server = await startPostgres({ dataDir, port: await freePort(), settings: throwaway });
  globalThis.kelpPostgres = { server, dataDir };
  process.env.TEST_PG_URL = server.url('postgres');
}
