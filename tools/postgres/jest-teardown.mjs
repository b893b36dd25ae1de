import { rmSync } from 'node:fs';

export default async function teardown() {
  const started = globalThis.kelpPostgres;
  if (!started) return;
  await started.server.stop();
  rmSync(started.dataDir, { recursive: true, force: true });
}
