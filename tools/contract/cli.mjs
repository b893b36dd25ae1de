// `npm run contract -- <command>`: what keeps contracts from breaking anybody.
import { parseArgs } from 'node:util';
import { calls, ports } from '../boundaries.mjs';
import { buf, run } from '../run.mjs';
import { breaks, report } from './gates/check.mjs';
import { collect } from './gates/collect.mjs';
import { merged, missingReleases, readInUse, writeInUse } from './gates/in-use.mjs';
import { breaksOfMain } from './gates/main-branch.mjs';
import { Refusal, release, uncovered } from './gates/release.mjs';
import { RETIRE_DAYS, retire } from './gates/retire.mjs';
import { readAll } from './image.mjs';
import { writeLibrary } from './library.mjs';
import { released, releasesOf } from './releases.mjs';

const USAGE = `npm run contract -- check                     what would break a version in use, or what is on main
npm run contract -- release <contract>        stores the contract as its next version
npm run contract -- in-use [service@host:port …] [--ca … --cert … --key …]
                                              asks running services who uses which version: proto/releases/in-use.json
npm run contract -- retire <contract> <version>
                                              ends the promise to a version that nobody has used for ${RETIRE_DAYS} days`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    ca: { type: 'string', default: '.kelp/certs/ca.pem' },
    cert: { type: 'string', default: '.kelp/certs/developer.pem' },
    key: { type: 'string', default: '.kelp/certs/developer.key' },
  },
});

const commands = {
  async check() {
    const lint = [
      ['contracts are linted', await run([buf, 'lint', 'proto'], { quiet: true })],
      ['contracts are formatted', await run([buf, 'format', 'proto', '--diff', '--exit-code'], { quiet: true })],
    ];
    for (const [what, { code, output }] of lint) tell(code === 0, what, output);
    const all = readAll();
    for (const name of released) {
      const versions = releasesOf(name);
      const found = await breaks(name, all);
      tell(
        found.length === 0,
        `${name} keeps ${versions.join(', ') || 'no release yet'}`,
        report(name, found).join('\n'),
      );
    }
    const missing = missingReleases();
    tell(missing.length === 0, 'every version in use has its release', missing.join('\n'));
    const onMain = await breaksOfMain(all);
    if (onMain) tell(onMain.length === 0, 'contracts keep what is on main', report('main', onMain).join('\n'));
  },

  async release([name]) {
    requireContract(name);
    const all = readAll();
    const { version, hash, lines } = await release(name, all);
    writeLibrary(name);
    const missing = uncovered(name, all);
    if (missing.length > 0)
      console.warn(`NOTICE: proto/releases/${name}/calls.json never calls ${missing.join(', ')}.`);
    console.log([`${name} ${version} (${hash}) is in proto/releases/${name}:`, ...lines].join('\n'));
  },

  async 'in-use'(targets) {
    const local = Object.entries(ports).map(([service, port]) => `${service}@127.0.0.1:${port}`);
    const tls = { ca: values.ca, certificate: values.cert, key: values.key };
    const inUse = readInUse();
    for (const given of targets.length > 0 ? targets : local) {
      const [service, target] = given.split('@');
      if (!(service in calls) || !target) throw new Refusal(`"${given}" is not service@host:port.`);
      const told = await collect({ service, target, tls });
      inUse[service] = merged(inUse[service], told);
      console.log(
        `${service}: ${told.uses.map(({ caller, version }) => `${caller} by ${version || 'no version'}`).join(', ') || 'no calls yet'}`,
      );
    }
    writeInUse(inUse);
  },

  async retire([name, version]) {
    requireContract(name);
    retire(name, version);
    console.log(`${name} ${version} is retired: changes may break it from now on.`);
  },
};

function requireContract(name) {
  if (!released.includes(name)) throw new Refusal(`"${name}" is no contract that is released: ${released.join(', ')}.`);
}

function tell(isRight, what, output) {
  console.log(`${isRight ? '✓' : '✗'} ${what}`);
  if (isRight) return;
  console.log(output);
  process.exitCode = 1;
}

const [command, ...rest] = positionals;
try {
  if (!Object.hasOwn(commands, command ?? '')) throw new Refusal(USAGE);
  await commands[command](rest);
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
}
