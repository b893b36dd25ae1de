import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const workspace = join(import.meta.dirname, '../../..');
const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');

/** The services and contracts that Nx builds and tests again after a change of this file. */
async function affectedBy(file: string): Promise<string[]> {
  const command = [nx, 'show', 'projects', '--affected', `--files=${file}`, '--json'];
  const options = { cwd: workspace, env: { ...process.env, NX_DAEMON: 'false' } };
  const { stdout } = await promisify(execFile)(process.execPath, command, options);
  const projects: string[] = JSON.parse(stdout);
  const services = ['account', 'analytics', 'ingest', 'template'].map((service) => `@kelp/${service}`);
  return projects
    .filter((project) => services.includes(project) || /^@kelp\/(contract-(?!tools)|rpc$)/.test(project))
    .sort();
}

describe('a changed contract', () => {
  it('affects the service that promises it and those that call it, and no other', async () => {
    expect(await affectedBy('proto/kelp/template/v1/template.proto')).toEqual([
      '@kelp/contract-template',
      '@kelp/ingest',
      '@kelp/template',
    ]);
  });

  it('affects the other contracts that speak its words', async () => {
    expect(await affectedBy('proto/kelp/event/v1/event.proto')).toEqual([
      '@kelp/account',
      '@kelp/analytics',
      '@kelp/contract-account',
      '@kelp/contract-analytics',
      '@kelp/contract-event',
      '@kelp/ingest',
    ]);
  });

  it('affects one service where nobody else calls it', async () => {
    expect(await affectedBy('proto/kelp/ingest/v1/report.proto')).toEqual(['@kelp/contract-ingest', '@kelp/ingest']);
  });
});
