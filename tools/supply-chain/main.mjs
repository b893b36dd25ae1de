// `node tools/supply-chain/main.mjs`: says what is wrong with what the repository is made of; with `--licences`, which there
// are. Asks nobody: no network.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownSecrets } from './known-secrets.mjs';
import { licenceList, licenceProblems } from './licences.mjs';
import { lockFileProblems, looseVersions } from './lock-file.mjs';
import { secretsIn } from './secrets.mjs';
import { missingTests, rowsWithoutTests } from './threat-model.mjs';

const root = join(import.meta.dirname, '../..');
const BYTES_MAX = 2_000_000;
const THREATS = 'docs/threat-model.md';

const read = (path) => readFileSync(join(root, path));
const json = (path) => JSON.parse(read(path));

/** Every file of the repository, also new ones; none that git is told to leave out. */
const files = () =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\0')
    .filter((path) => path !== '');

function secretProblems() {
  return files().flatMap((path) => {
    let content;
    try {
      content = read(path);
    } catch {
      return []; // deleted, and not committed yet
    }
    if (content.length > BYTES_MAX || content.includes(0)) return [];
    return secretsIn(content.toString())
      .filter(({ mark }) => !knownSecrets.has(mark))
      .map(({ kind, line, mark }) => `${path}:${line} looks like ${kind} (${mark}).`);
  });
}

const lock = json('package-lock.json');
if (process.argv.includes('--licences')) {
  for (const { licence, packages } of licenceList(lock)) console.log(`${licence}\n  ${packages.join('\n  ')}`);
  process.exit();
}
const threats = read(THREATS).toString();
const problems = [
  ...lockFileProblems(lock),
  ...looseVersions(json('package.json')),
  ...licenceProblems(lock),
  ...secretProblems(),
  ...missingTests(threats, root),
  ...rowsWithoutTests(threats).map((risk) => `${THREATS} names no test for “${risk}”.`),
];
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
