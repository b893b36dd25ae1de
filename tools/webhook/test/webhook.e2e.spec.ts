import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IngestContract } from '@kelp/contract-ingest';
import { type Client, client } from '@kelp/rpc';
import { freePorts, type Ports, Stack } from '@kelp/stack';
import { eventually } from '@kelp/testing';

const program = join(import.meta.dirname, '../dist/main.mjs');
let folder: string;
let ports: Ports;
let stack: Stack;
let ingest: Client<typeof IngestContract>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kelp-webhook-'));
  ports = await freePorts();
  stack = await Stack.start({ folder, ports, env: { ...process.env, LOG_LEVEL: 'warn' } });
  ingest = client(IngestContract, stack.channel('ingest'));
}, 120_000);

afterAll(async () => {
  await stack?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Runs the command as a person would. */
function webhook(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env: {
      ...process.env,
      KELP_FOLDER: folder,
      ACCOUNT_PORT: `${ports.account}`,
      WEBHOOK_PORT: `${ports.webhooks}`,
      ...env,
    },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

it('posts to a connection that it makes and remembers, and what it posts is stored', async () => {
  const first = webhook(['mailgun', 'bounce']);
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toContain('1 × bounce: 200 {"message":"1 kept, 0 dropped, 0 not understood."}');
  const again = webhook(['mailgun', 'open', '--twice']);
  expect(again.stdout.split('\n')[0]).toBe(first.stdout.split('\n')[0]);
  await eventually(async () => expect((await ingest.getReport({})).eventsForwarded).toBe(3n));
  const [file, ...others] = readdirSync(join(folder, 'webhooks'));
  expect([file, others]).toEqual(['mailgun.json', []]);
  expect(statSync(join(folder, 'webhooks', 'mailgun.json')).mode & 0o077).toBe(0);

  const [id = ''] = /[0-9a-f-]{36}/.exec(first.stdout) ?? [];
  expect(webhook(['mailgun', 'click', '--to', id])).toMatchObject({ status: 0 });
  expect(webhook(['postmark', 'click', '--to', id])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('is one of mailgun, not of postmark'),
  });
  expect(webhook(['mailgun', 'click', '--to', id, '--secret', 'another one'])).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('401 {"reason":"SIGNATURE_INVALID"'),
  });
});

// Those that sign with a private key, of which Kelp has the other half.
it.each(['sendgrid', 'ses'])('speaks for %s', (path) => {
  expect(webhook([path, 'open'])).toMatchObject({ status: 0, stdout: expect.stringContaining('1 kept') });
});

it('says what a person can mend', () => {
  expect(webhook(['mailgun', 'open', '--to', '0199a000-0000-7000-8000-00000000ffff'])).toMatchObject({
    status: 1,
    stderr: 'There is no connection 0199a000-0000-7000-8000-00000000ffff.\n',
  });
  expect(webhook(['mailgun', 'open'], { WEBHOOK_PORT: '1' }).stderr).toContain('does Kelp run');
  expect(webhook(['mailgun', 'open'], { KELP_FOLDER: join(folder, 'none') }).stderr).toContain('no certificates');
  expect(webhook(['mailgun'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--help') });
});
