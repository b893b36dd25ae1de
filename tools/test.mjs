// `npm test`: every test there is, against one PostgreSQL server of this run, and a NATS server where there is one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './postgres/free-port.mjs';
import { throwaway } from './postgres/jest-setup.mjs';
import { startPostgres } from './postgres/server.mjs';
import { nx, root, run } from './run.mjs';

const results = join(root, 'test-results');
/** Tests of the whole: they want the machine for themselves. */
const WHOLE = '@kelp/dev';

function checkNats() {
  if (spawnSync('nats-server', ['--version']).status === 0) return;
  const missing = 'There is no nats-server on the PATH';
  if (process.env.CI === 'true') {
    console.error(`${missing}, and under CI=true the tests of JetStream must not be skipped.`);
    process.exit(1);
  }
  console.warn(`NOTICE: ${missing}: the tests of JetStream are skipped. (Debian: apt-get install nats-server)`);
}

function total() {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const file of readdirSync(results).filter((name) => name.endsWith('.json'))) {
    const counts = JSON.parse(readFileSync(join(results, file), 'utf8'));
    for (const outcome of Object.keys(sum)) sum[outcome] += counts[outcome];
  }
  return sum;
}

checkNats();
rmSync(results, { recursive: true, force: true });
const dataDir = mkdtempSync(join(tmpdir(), 'kelp-test-postgres-'));
const postgres = await startPostgres({ dataDir, port: await freePort(), settings: throwaway });
// A Ctrl-C at the terminal reaches the tests, too: their end is ours.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
const env = { TEST_PG_URL: postgres.url('postgres') };
const tests = (...which) => run([nx, 'run-many', '-t', 'test', 'e2e', ...which, '--output-style=static'], { env });

const parts = await tests(`--exclude=${WHOLE}`);
const whole = await tests('-p', WHOLE, '--parallel=1');
await postgres.stop();
rmSync(dataDir, { recursive: true, force: true });

const { passed, failed, skipped } = total();
const isDone = parts.code === 0 && whole.code === 0;
if (!isDone && failed === 0) console.error('Some tests could not be run: see above.');
console.log(`total: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(isDone && failed === 0 ? 0 : 1);
