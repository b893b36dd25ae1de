// `npm run fuzz -- ingest --minutes 5`: throws hostile, damaged and made-up requests at the adapters for as long, and says
// with which seed, so that what was found can be found again.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './run.mjs';

const usage = `Looks for inputs that break a service, longer than its tests do.

  npm run fuzz -- ingest                  every provider's adapter, for one minute in all
  npm run fuzz -- ingest --minutes 10     for longer
  npm run fuzz -- ingest --seed 4711      the same inputs again
  npm run fuzz -- ingest --provider ses   one provider only

Exit code 1 where something was found: the output then has the input, made as small as possible, and the seed.`;

/** @returns {never} */
function refuse(problem) {
  console.error(`${problem}\n\n${usage}`);
  process.exit(2);
}

function argumentsOf() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '1' },
        seed: { type: 'string', default: String(randomInt(2 ** 31)) },
        provider: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return refuse(error.message);
  }
}

const { values, positionals } = argumentsOf();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (positionals.length !== 1 || positionals[0] !== 'ingest') refuse('What can be fuzzed is: ingest.');
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 1440)) refuse(`--minutes takes a number up to 1440, not "${values.minutes}".`);
if (!/^\d{1,10}$/.test(values.seed)) refuse(`--seed takes a whole number, not "${values.seed}".`);
if (values.provider !== undefined && !/^[a-z]+$/.test(values.provider))
  refuse('--provider takes a name such as mailgun.');

/** A run that is not over long after its time hangs. */
const GRACE_MS = 120_000;
const ms = minutes * 60_000;
console.log(`Fuzzing ingest for ${minutes} min with seed ${values.seed} …`);
const jest = [
  ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
  ...['--config', 'tools/nx/jest.test.mjs', '--rootDir', join('apps', 'ingest'), 'providers/fuzz.spec', '--verbose'],
  ...(values.provider === undefined ? [] : ['--testNamePattern', `^${values.provider} `]),
];
const child = spawn(process.execPath, jest, {
  cwd: root,
  stdio: 'inherit',
  // One provider has all of the time.
  env: { ...process.env, FUZZ_SEED: values.seed, FUZZ_MS: String(values.provider === undefined ? ms : ms * 11) },
});
let hangs = false;
const watchdog = setTimeout(() => {
  hangs = true;
  child.kill('SIGKILL');
}, ms + GRACE_MS);
child.once('close', (code) => {
  clearTimeout(watchdog);
  const again = `npm run fuzz -- ingest --minutes ${minutes} --seed ${values.seed}`;
  if (hangs) console.error(`\n✗ It hangs: ${again}`);
  else if (code !== 0) console.error(`\n✗ Something was found: ${again}`);
  else
    console.log(`\n✓ Nothing was found in ${minutes} min: no crash, no hang, no event made up (seed ${values.seed}).`);
  process.exit(hangs || code !== 0 ? 1 : 0);
});
