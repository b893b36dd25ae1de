import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountContract } from '@kelp/contract-account';
import { client } from '@kelp/rpc';
import { eventually } from '@kelp/testing';
import { Podman } from '../src/podman.js';
import { ROOT } from '../src/root.js';
import { scrape } from './metrics.js';
import { production } from './production.js';

const has = (program: string) => spawnSync(program, ['--version']).status === 0;
const isAble = has('buildah') && has('podman') && has('runc') && process.getuid?.() === 0;
if (!isAble) {
  console.warn('NOTICE: images are not built here. (As root, Debian: apt-get install buildah podman runc)');
}

/** It was 119 MB when this was written, most of it Node. Much more is something that got in unseen. */
const BYTES_MAX = 160_000_000;
const IMAGE = 'localhost/kelp/account:test';

(isAble ? describe : describe.skip)('the image of a service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-podman-'));
  const engine = new Podman(folder, () => IMAGE);
  const { env } = engine;
  const build = () =>
    execFileSync(process.execPath, [join(ROOT, 'tools/docker/build.mjs'), 'account', IMAGE], {
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const confined = ['--rm', '--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'];
  const podman = (options: readonly string[], ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      'podman',
      ['run', ...confined, '--network', 'none', ...options, IMAGE, ...args],
      { env, encoding: 'utf8', timeout: 60_000 },
    );
    return { status, said: `${stdout}${stderr}` };
  };

  let id = '';
  beforeAll(() => {
    id = build();
  }, 120_000);
  afterAll(() => {
    spawnSync('podman', ['rmi', '--force', IMAGE], { env });
    rmSync(folder, { recursive: true });
  });

  it('starts as nobody, on a file system that it cannot write to', () => {
    const program = `
      const { writeFileSync } = require('node:fs');
      const written = (path) => { try { writeFileSync(path, ''); return 'written'; } catch ({ code }) { return code; } };
      console.log(JSON.stringify([process.getuid(), written('/app/dist/main.mjs')]));`;
    expect(podman([], '-e', program)).toEqual({ status: 0, said: '[65532,"EROFS"]\n' });
  }, 60_000);

  it('says what it needs where it gets nothing', () => {
    const { status, said } = podman([]);
    expect(status).toBe(1);
    expect(said).toContain('DATABASE_URL is not set');
    expect(podman([], 'dist/main.mjs', 'migrate').said).not.toContain('TLS_CA');
  }, 60_000);

  it('is small, and says what is in it', () => {
    const size = spawnSync('podman', ['image', 'inspect', '--format', '{{.Size}}', IMAGE], { env, encoding: 'utf8' });
    expect(Number(size.stdout)).toBeGreaterThan(50_000_000);
    expect(Number(size.stdout)).toBeLessThan(BYTES_MAX);
    const { said } = podman([], '-p', `require('/app/dist/sbom.json').bomFormat`);
    expect(said).toBe('CycloneDX\n');
  }, 60_000);

  it('has no shell', () => {
    expect(podman(['--entrypoint', '/bin/sh']).said).toContain('no such file');
  }, 60_000);

  it('runs as its manifest says, confined in a container: migrates, serves, and ends by itself when it is told to', async () => {
    const kelp = await production(engine);
    try {
      const pod = await kelp.cluster.add('account');
      expect(await pod.ask('livenessProbe')).toBe(200);
      expect(await scrape(pod)).toContain('process_resident_memory_bytes');
      const developer = kelp.channel('account', kelp.tlsOf('developer'));
      await eventually(() => client(AccountContract, developer).listOrganizations({}), { timeoutMs: 20_000 });
      expect(await kelp.cluster.remove(pod)).toBe(0);
    } finally {
      await kelp.close();
    }
  }, 120_000);

  it('is the same image when it is built again', () => {
    expect(build()).toBe(id);
  }, 120_000);
});
