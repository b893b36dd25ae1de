import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAllowed, licenceProblems } from '../licences.mjs';
import { lockFileProblems, looseVersions } from '../lock-file.mjs';
import { entropyOf, secretsIn } from '../secrets.mjs';
import { missingTests, rowsWithoutTests } from '../threat-model.mjs';

it('finds this repository in order', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../main.mjs')], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}, 60_000);

describe('a lock file', () => {
  const integrity = `sha512-${'a'.repeat(86)}==`;
  const lock = (entry: object) => ({
    lockfileVersion: 3,
    packages: { '': {}, 'libs/own': {}, 'node_modules/one': { version: '1.0.0', license: 'MIT', integrity, ...entry } },
  });

  it('is refused where something is from elsewhere, or has no hash', () => {
    expect(lockFileProblems(lock({}))).toEqual([]);
    expect(lockFileProblems(lock({ resolved: 'https://evil.example/one.tgz' }))).toHaveLength(1);
    expect(lockFileProblems(lock({ resolved: 'git+ssh://git@github.com/a/b.git#1' }))).toHaveLength(1);
    expect(lockFileProblems(lock({ integrity: undefined }))).toHaveLength(1);
    expect(lockFileProblems(lock({ integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }))).toHaveLength(1);
    expect(lockFileProblems({ ...lock({}), lockfileVersion: 2 })).toHaveLength(1);
  });

  it('is refused where a licence was not agreed to', () => {
    expect(licenceProblems(lock({}))).toEqual([]);
    expect(licenceProblems(lock({ license: 'AGPL-3.0-only' }))).toEqual(['one@1.0.0 has the licence "AGPL-3.0-only".']);
    expect(licenceProblems(lock({ license: undefined }))).toHaveLength(1);
  });

  it.each([
    ['(MIT OR GPL-3.0)', true],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0', false],
    ['SEE LICENSE IN LICENSE', false],
    ['', false],
  ])('may have the licence %s: %s', (expression, allowed) => expect(isAllowed(expression)).toBe(allowed));
});

it.each([['^1.2.3'], ['latest'], ['1.x'], ['github:a/b'], ['file:../a'], ['*']])(
  'refuses the version %s',
  (version) => {
    expect(looseVersions({ dependencies: { one: version } })).toHaveLength(1);
    expect(looseVersions({ overrides: { one: version } })).toHaveLength(1);
  },
);

it('takes exact versions, also of another name', () => {
  expect(looseVersions({ devDependencies: { a: '1.2.3', b: '18.4.0-beta.17', c: 'npm:typescript@7.0.2' } })).toEqual(
    [],
  );
});

describe('secrets', () => {
  // Put together here, so that this file has none.
  const key = 'q8Zf3LmX0vTnR5cJwK2yB7hD9sPgA4eU';
  const secrets: readonly (readonly [string, string])[] = [
    ['a private key', `-----BEGIN ${'EC PRIVATE'} KEY-----\nMHcCAQEEIGtL7Yv2Qh0z6VfZ1c9nPpYt3Ww0ZrK8\n`],
    ['a private key', `"-----BEGIN ${'PRIVATE'} KEY-----\\nMHcCAQEEIGtL7Yv2Qh0z6VfZ1c9nPpYt3Ww0ZrK8\\n"`],
    ['an API key of Kelp', `kelp_live_abcdefgh_${key}${key.slice(0, 17)}`],
    ['a key of AWS', `AKIA${'ABCDEFGHIJKLMNOP'}`],
    ['a token of GitHub', `ghp_${key}abcd`],
    ['a token of Slack', `xoxb-${key}`],
    ['a key of Stripe', `sk_live_${key}`],
    ['a key of SendGrid', `SG.${key.slice(0, 22)}.${key}${key.slice(0, 11)}`],
    ['a token of npm', `npm_${key}wxyz`],
    ['a key of Google', `AIza${key}xyz`],
    ['a JSON web token', `eyJ${key}.eyJ${key}.${key}`],
    ['a password in a URL', `postgresql://kelp:${key}@database/kelp`],
    ['a value like a key', `const apiKey = '${key}';`],
    ['a value like a key', `"client_secret": "${key}"`],
  ];

  it.each(secrets)('sees %s', (kind, text) => {
    const found = secretsIn(`one\ntwo ${text}\nthree`);
    expect(found).toContainEqual(expect.objectContaining({ kind, line: 2 }));
    expect(JSON.stringify(found)).not.toContain(key);
  });

  it('leaves words, places and placeholders alone', () => {
    const harmless = [
      'const tokenOfTheCaller = "organizations/{organization}";',
      "password: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
      'postgresql://user:password@host:5432/postgres',
      'key: "0000000000000000000000000000000000000000000000000000000000000000"',
      'https://example.com/a:b@c',
    ];
    expect(secretsIn(harmless.join('\n'))).toEqual([]);
    expect(entropyOf('aaaa')).toBeCloseTo(0);
    expect(entropyOf('abcd')).toBeCloseTo(2);
  });
});

describe('the threat model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-threats-'));
  writeFileSync(join(folder, 'a.spec.ts'), "it('keeps a promise', () => {});");
  afterAll(() => rmSync(folder, { recursive: true }));

  it('may name tests that are there, and no others', () => {
    expect(missingTests('`a.spec.ts` “keeps a promise”, “keeps a …”', folder)).toEqual([]);
    expect(missingTests('`b.spec.ts`', folder)).toEqual(['There is no b.spec.ts.']);
    expect(missingTests('`a.spec.ts` “keeps a promise”, “breaks it”', folder)).toEqual([
      'a.spec.ts has no test “breaks it”.',
    ]);
  });

  it('may have no risk without a test', () => {
    expect(rowsWithoutTests('| risk | tests |\n|---|---|\n| one | `a.spec.ts` |\n| two | later |')).toEqual(['two']);
  });
});
