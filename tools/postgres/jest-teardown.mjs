import { rmSync } from 'node:fs';

export default async function teardown() {
  rmSync(process.env.TEST_CERTIFICATES, { recursive: true, force: true });
  const started = globalThis.kelpPostgres;
  if (!started) return;
  await started.server.stop();
  rmSync(started.dataDir, { recursive: true, force: true });
}
