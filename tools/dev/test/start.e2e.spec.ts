import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, type Ports } from '@kelp/stack';
import { eventually } from '@kelp/testing';
import { command } from './command.js';
import { temporaryFolder } from './temporary-stack.js';

const EVENTS = '10000';

describe('npm start', () => {
  const folder = temporaryFolder();
  let ports: Ports;
  beforeAll(async () => {
    ports = await freePorts();
  });
  afterAll(() => folder.remove());

  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    command(process.execPath, ['tools/dev/dist/main.mjs', ...args], {
      KELP_FOLDER: folder.path,
      ACCOUNT_PORT: String(ports.account),
      TEMPLATE_PORT: String(ports.template),
      ANALYTICS_PORT: String(ports.analytics),
      INGEST_PORT: String(ports.ingest),
      WEBHOOK_PORT: String(ports.webhooks),
      POSTGRES_PORT: String(ports.postgres),
      ...env,
    });

  it('shows exactly the numbers that were posted, also on the data of an earlier run', async () => {
    for (const run of ['first', 'second']) {
      const kelp = start(['--once', '--events', EVENTS]);
      expect({ run, code: await kelp.code, said: kelp.said }).toMatchObject({ run, code: 0 });
      expect(kelp.said).toMatch(/^Order confirmation +2( +[\d,]+){9}$/m);
      expect(kelp.said).toMatch(/^Exactly right: of 10,000 events \d+ were to be kept/m);
    }
  }, 180_000);

  it('says in a sentence which port is in use, and how to choose another', async () => {
    const squatter = createServer().listen(ports.webhooks, '127.0.0.1');
    await once(squatter, 'listening');
    const kelp = start(['--once']);
    expect(await kelp.code).toBe(1);
    squatter.close();
    expect(kelp.said).toContain(`${ports.webhooks}: The port of the webhooks.`);
    expect(kelp.said).toContain('WEBHOOK_PORT=');
    expect(kelp.said).not.toMatch(/\n +at /);
  });

  it('offers commands that work, serves until Ctrl-C, and leaves nothing running', async () => {
    const kelp = start(['--events', '1000']);
    try {
      await eventually(() => expect(kelp.said).toContain('Ctrl-C stops everything'), { timeoutMs: 120_000 });
      const commands = kelp.said.replaceAll('\\\n', '').split('\n');
      const curl = commands.find((line) => line.trim().startsWith('curl '))!;
      const bufCurl = commands.find((line) => line.trim().startsWith('npx buf curl '))!;

      const posted = command('sh', ['-c', curl]);
      expect({ code: await posted.code, said: posted.said }).toMatchObject({
        code: 0,
        said: expect.stringMatching(/^HTTP\/1\.1 200 /m),
      });
      const queried = command('sh', ['-c', bufCurl.replace('npx buf', 'node node_modules/@bufbuild/buf/bin/buf')]);
      expect({ code: await queried.code, said: queried.said }).toMatchObject({
        code: 0,
        said: expect.stringContaining('"EVENT_TYPE_OPENED"'),
      });

      const second = start(['--once']);
      expect(await second.code).toBe(1);
      expect(second.said).toContain(`already, as process ${kelp.child.pid}`);
    } finally {
      kelp.child.kill('SIGINT');
    }
    expect(await kelp.code).toBe(0);
    expect(existsSync(join(folder.path, 'processes.json'))).toBe(false);
    expect(existsSync(join(folder.path, 'postgres/postmaster.pid'))).toBe(false);
  }, 180_000);

  it('says at once that a given server does not answer', async () => {
    const kelp = start(['--once'], { DATABASE_URL: 'postgresql://127.0.0.1:1/any' });
    expect(await kelp.code).toBe(1);
    expect(kelp.said).toBe('No PostgreSQL answers at 127.0.0.1:1.\n');
  });

  it('gives up in order where Ctrl-C comes while it starts', async () => {
    const kelp = start(['--no-demo']);
    await eventually(() => expect(kelp.said).toContain('PostgreSQL serves'), { timeoutMs: 60_000 });
    // Under npm one Ctrl-C comes twice: from the terminal, and from npm, which passes it on.
    kelp.child.kill('SIGINT');
    await sleep(50);
    kelp.child.kill('SIGINT');
    expect(await kelp.code).toBe(0);
    expect(existsSync(join(folder.path, 'processes.json'))).toBe(false);
    expect(existsSync(join(folder.path, 'postgres/postmaster.pid'))).toBe(false);
    expect(kelp.said).not.toMatch(/\n +at /);
  }, 120_000);

  it('waits no longer where Ctrl-C comes again, and leaves nothing running all the same', async () => {
    const kelp = start(['--no-demo']);
    await eventually(() => expect(kelp.said).toContain('Ctrl-C stops everything'), { timeoutMs: 120_000 });
    const processes = JSON.parse(readFileSync(join(folder.path, 'processes.json'), 'utf8'));
    process.kill(processes.ingest.pid, 'SIGSTOP'); // so that it does not end in order
    kelp.child.kill('SIGINT');
    await eventually(() => expect(kelp.said).toContain('Stopping'));
    await sleep(600);
    kelp.child.kill('SIGINT');
    expect(await kelp.code).toBe(130);
    process.kill(processes.ingest.pid, 'SIGCONT');
    const left = () =>
      Object.entries<{ pid: number }>(processes).filter(([, { pid }]) => existsSync(`/proc/${pid}/exe`));
    await eventually(() => expect(left()).toEqual([]), { timeoutMs: 15_000 });
    expect(existsSync(join(folder.path, 'postgres/postmaster.pid'))).toBe(false);
  }, 120_000);

  it('starts again where the last start was killed, and ends what that left behind', async () => {
    const killed = start(['--no-demo']);
    await eventually(() => expect(killed.said).toContain('Ctrl-C stops everything'), { timeoutMs: 120_000 });
    killed.child.kill('SIGKILL');
    await killed.code;
    const kelp = start(['--once', '--events', EVENTS]);
    expect({ code: await kelp.code, said: kelp.said }).toMatchObject({ code: 0 });
    expect(kelp.said).toContain('The last start was killed: ending what it left behind');
    expect(kelp.said).toContain('Exactly right');
  }, 180_000);
});
