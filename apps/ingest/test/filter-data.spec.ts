import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventType } from '@kelp/contract-event';
import { uuidv7 } from '@kelp/resource';
import type { Running } from '@kelp/rpc';
import { eventually } from '@kelp/testing';
import { sendgridBody, sendgridEvent, signingKey } from '@kelp/webhook-samples';
import { FakeAccounts } from './fakes/fake-account.js';
import { FakeTemplates } from './fakes/fake-template.js';
import { makeConnection } from './make-connection.js';
import { post } from './post.js';
import { makeGround, NOWHERE, startIngest } from './start-ingest.js';

const key = signingKey();
const organization = uuidv7();
const template = uuidv7();
const filter = { acceptedTypes: [EventType.OPENED], knownTemplatesOnly: true };
const connection = makeConnection({ verificationKeys: [key.publicKey], filter }, { organization });
const noise = sendgridBody([sendgridEvent('processed', { kelp_template: template })]);

let accounts: FakeAccounts;
let templates: FakeTemplates;
let ground: Awaited<ReturnType<typeof makeGround>>;
let serving: Running[];
let kelp: Awaited<ReturnType<typeof startIngest>> | undefined;

beforeEach(async () => {
  accounts = new FakeAccounts();
  templates = new FakeTemplates();
  accounts.put(connection);
  templates.publish(organization, template);
  ground = await makeGround();
  serving = [];
});

afterEach(async () => {
  await kelp?.stop();
  kelp = undefined;
  await closeUpstreams();
  await ground.clear();
});

async function serveUpstreams() {
  serving = [await accounts.serve(serving[0]?.address), await templates.serve(serving[1]?.address)];
  return { account: serving[0]!.address, template: serving[1]!.address };
}
const closeUpstreams = () => Promise.all(serving.map((one) => one.close()));
const start = async (upstreams: { account?: string; template?: string } = {}) => {
  kelp = await startIngest({ ...ground, ...upstreams, roles: ['edge'] });
};
const deliver = (body = noise, { name } = connection) =>
  post(`http://${kelp!.http}/v1/webhooks/sendgrid/${name.split('/')[3]}`, body, { key });
const isReady = async () => (await fetch(`http://${kelp!.http}/readyz`)).status === 200;
const becomesReady = () => eventually(async () => expect(await isReady()).toBe(true));

it('says that it is not ready, until both services have told all that they know', async () => {
  await start();
  expect(await isReady()).toBe(false);
  const answered = await deliver();
  expect(answered).toMatchObject({ status: 503, said: { reason: 'NOT_READY' } });
  expect(answered.headers.get('retry-after')).toBe('5');
  await kelp!.stop();

  const { account } = await serveUpstreams();
  await start({ account, template: NOWHERE });
  await eventually(() => expect(accounts.list.opened).toHaveLength(1));
  expect((await deliver()).said.reason).toBe('NOT_READY');
});

it('serves from disk after a restart, while account and template are away', async () => {
  const upstreams = await serveUpstreams();
  await start(upstreams);
  await becomesReady();
  await kelp!.stop();
  await closeUpstreams();

  await start(upstreams);
  expect(await isReady()).toBe(true);
  expect((await deliver()).said.message).toBe('0 kept, 1 dropped, 0 not understood.');
  const known = await kelp!.ingest.getReport({});
  expect(known).toMatchObject({ connectionsKnown: 1n, templatesKnown: 1n });
});

it('resumes behind what it has on disk, and hears what it missed', async () => {
  const upstreams = await serveUpstreams();
  await start(upstreams);
  await becomesReady();
  await kelp!.stop();
  const missed = makeConnection({ verificationKeys: [key.publicKey] }, { organization });
  accounts.put(missed);
  templates.publish(organization, template, 0);

  await start(upstreams);
  await eventually(async () => expect((await deliver(noise, missed)).status).toBe(200));
  await eventually(async () => expect((await kelp!.ingest.getReport({})).templatesKnown).toBe(0n));
  expect(accounts.list.opened).toEqual(['', '1']);
  expect(templates.list.opened).toEqual(['', '1']);
});

it('goes on with what it knows while a service is away, and catches up when it is back', async () => {
  const upstreams = await serveUpstreams();
  await start(upstreams);
  await becomesReady();
  await closeUpstreams();
  expect((await deliver()).status).toBe(200);
  accounts.delete(connection);
  await serveUpstreams();
  await eventually(async () => expect((await deliver()).status).toBe(404), { timeoutMs: 15_000 });
});

it.each([
  ['damaged', (content: Buffer) => Buffer.concat([content.subarray(0, -1), randomBytes(1)])],
  ['cut', (content: Buffer) => content.subarray(0, 40)],
  ['empty', () => Buffer.alloc(0)],
])('starts with a snapshot where its files are %s', async (_, spoil) => {
  const upstreams = await serveUpstreams();
  await start(upstreams);
  await becomesReady();
  await kelp!.stop();
  for (const file of await readdir(ground.stateFolder)) {
    const path = join(ground.stateFolder, file);
    await writeFile(path, spoil(await readFile(path)));
  }
  await start(upstreams);
  await becomesReady();
  expect(accounts.list.opened).toEqual(['', '']);
});

it('leaves two files, which only their owner can read', async () => {
  await start(await serveUpstreams());
  await becomesReady();
  await kelp!.stop();
  const files = (await readdir(ground.stateFolder)).sort();
  expect(files).toEqual(['connections.bin', 'templates.bin']);
  for (const file of files) expect((await stat(join(ground.stateFolder, file))).mode & 0o777).toBe(0o600);
});
