import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { copyOfRepository } from '@kelp/testing';

const resolve = createRequire(import.meta.url).resolve;
const { root, remove } = copyOfRepository();
afterAll(remove);

/** Runs a program in the copy. */
function run(...args: string[]): { code: number | null; output: string } {
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env });
  return { code: status, output: stripVTControlCharacters(`${stdout}${stderr}`) }; // coloured under CI
}
const ask = (...args: string[]) => run('tools/new/cli.mjs', ...args);

/** Something that must succeed. */
function pass(...args: string[]): string {
  const { code, output } = run(...args);
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

const jest = (config: string, project: string, ...pattern: string[]) =>
  pass(
    ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
    ...['--config', `tools/nx/jest.${config}.mjs`, '--rootDir', project, ...pattern],
  );

describe('what cannot be written', () => {
  it.each([
    [['service', 'Billing'], '"Billing" is no name for a service'],
    [['service', 'import'], '"import" is no name for a service'],
    [['service', 'account'], '"account" is taken'],
    [['service', 'event'], '"event" is taken'],
    [['service', 'billing', '--resource', 'invoice'], '"invoice" is no name for a resource'],
    [['service', 'billing', '--resource', 'Date'], '"Date" means something else'],
    [['service', 'billing', '--resource', 'News', '--plural', 'News'], '"News" is its own plural'],
    [['rpc', 'billing.VoidInvoice'], '"billing.VoidInvoice" is not <service>.<Rpc>'],
    [['rpc', 'template.archive'], '"archive" is no name for an RPC'],
    [['rpc', 'template.GetTemplate'], 'TemplateService has GetTemplate already'],
    [['rpc', 'account.NoService.CloseUser'], 'account has no NoService. It has: AccessService'],
    [['rpc', 'template.RehearseTemplate', '--caller', 'nobody'], '"nobody" is no service'],
  ])('is refused: %j', (args, sentence) => {
    const { code, output } = ask(...args, '--dry-run');
    expect([code, output]).toEqual([1, expect.stringContaining(sentence)]);
    expect(output).not.toContain('CREATE');
  });

  it('is answered with how it is asked, where nobody asked for anything', () => {
    for (const args of [
      [],
      ['billing'],
      ['service'],
      ['service', 'billing', 'more'],
      ['service', 'billing', '--no-such'],
    ])
      expect(ask(...args)).toEqual({ code: 2, output: expect.stringContaining('npm run new -- service <name>') });
    expect(ask('--help')).toEqual({ code: 0, output: expect.stringContaining('--dry-run') });
  });
});

describe('a new service, and new RPCs', () => {
  it('are written, and nothing is written by a dry run or twice', () => {
    const dry = ask('service', 'billing', '--resource', 'CreditNote', '--dry-run');
    expect(dry).toEqual({ code: 0, output: expect.stringContaining('CREATE apps/billing/src/main.ts') });
    for (const args of [
      ['service', 'billing', '--resource', 'CreditNote'],
      ['rpc', 'billing.VoidCreditNote', '--caller', 'ingest'],
      ['rpc', 'billing.ForecastRevenue'],
      ['rpc', 'template.RehearseTemplate'],
      ['rpc', 'account.ApiKeyService.RevokeApiKey'],
    ]) {
      expect(ask(...args)).toMatchObject({ code: 0 });
    }
    expect(ask('service', 'billing')).toMatchObject({ code: 1, output: expect.stringContaining('is taken') });
    const again = ask('rpc', 'template.RehearseTemplate');
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('has RehearseTemplate already') });
  }, 120_000);

  it('are formatted, typed, linted, built, and a lock file has them', () => {
    pass(resolve('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', 'apps', 'libs/contract-billing', 'tools');
    for (const project of [
      'apps/billing',
      'libs/contract-billing',
      'apps/template',
      'apps/account',
      'tools/dev',
      'tools/faults',
    ])
      pass('node_modules/typescript7/bin/tsc', '-p', project);
    const projects = ['@kelp/billing', '@kelp/contract-billing'].join(',');
    pass(resolve('nx/bin/nx.js'), 'run-many', '-t', 'lint', '-p', projects, '--exclude-task-dependencies');
    pass('tools/build/bundle.mjs', 'apps/billing');
  }, 120_000);

  it('keep every contract, are documented, and have a complete migration', () => {
    expect(pass('tools/contract/cli.mjs', 'check')).toContain('✓ billing keeps no release yet');
    pass('tools/contract/fresh.mjs');
    pass('tools/contract/docs/build.mjs');
    const drift = `import('${join(root, 'tools/prisma/drift.mjs')}')
      .then(({ differsFromMigrations }) => differsFromMigrations(['billing']))
      .then(([[, { code }]]) => process.exit(code))`;
    pass('-e', drift);
  }, 120_000);

  it('pass their tests, and those of the manifests', () => {
    jest('test', 'apps/billing');
    expect(jest('e2e', 'apps/billing')).toMatch(/Tests: +\d\d passed/);
    jest('e2e', 'apps/template', 'rehearse-template');
    jest('e2e', 'tools/k8s', 'generated', 'invariants');
  }, 180_000);
});
