import { DeadLetterKind } from '@kelp/contract-ingest';
import { uuidv7 } from '@kelp/resource';
import type { Running } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { eventually } from '@kelp/testing';
import { sendgridBody, sendgridEvent, signingKey } from '@kelp/webhook-samples';
import { Database } from '../src/database.js';
import { DeadLetterRepository } from '../src/dead-letter/dead-letter.repository.js';
import { FakeAccounts } from './fakes/fake-account.js';
import { FakeTemplates } from './fakes/fake-template.js';
import { makeConnection } from './make-connection.js';
import { post } from './post.js';
import { makeGround, startIngest } from './start-ingest.js';

const key = signingKey();
const organization = uuidv7();
const template = uuidv7();
const connection = makeConnection(
  { verificationKeys: [key.publicKey], filter: { acceptedTypes: [], knownTemplatesOnly: true } },
  { organization },
);
const accounts = new FakeAccounts();
const templates = new FakeTemplates();
const running: Running[] = [];
let ground: Awaited<ReturnType<typeof makeGround>>;
let kelp: Awaited<ReturnType<typeof startIngest>>;

beforeAll(async () => {
  accounts.put(connection);
  templates.publish(organization, template);
  ground = await makeGround();
  running.push(await accounts.serve(), await templates.serve());
  const [account, of] = running.map(({ address }) => address);
  const queueUrl = 'postgresql://kelp@127.0.0.1:1/nothing';
  kelp = await startIngest({ ...ground, account: account!, template: of!, roles: ['edge'], queueUrl });
  await eventually(async () => expect((await fetch(`http://${kelp.http}/readyz`)).status).toBe(200));
});

afterAll(async () => {
  await kelp?.stop();
  await Promise.all(running.map((one) => one.close()));
  await ground?.clear();
});

const deliver = (events: readonly object[]) =>
  post(`http://${kelp.http}/v1/webhooks/sendgrid/${connection.name.split('/')[3]}`, sendgridBody(events), { key });

it('asks a provider to come again where nothing can be queued, and counts its events only once they are', async () => {
  const answered = await deliver([sendgridEvent('open', { kelp_template: template })]);
  expect(answered).toMatchObject({ status: 503, said: { reason: 'QUEUE_UNAVAILABLE' } });
  expect(answered.headers.get('retry-after')).toBe('5');
});

it('acknowledges a request of nothing but noise without the queue', async () => {
  expect(await deliver([sendgridEvent('open'), sendgridEvent('click')])).toMatchObject({ status: 200 });
});

it('says that it does not know what is in the queue', async () => {
  await expect(kelp.ingest.getReport({})).rejects.toMatchObject({ reason: 'QUEUE_UNAVAILABLE' });
});

it('says so to a replay, which leaves its letters where they are', async () => {
  const database = new Database(ground.database.url, 1, logger('ingest', 'silent'));
  const payload = Buffer.from(JSON.stringify(sendgridEvent('open', { kelp_template: template })));
  await new DeadLetterRepository(database).put(connection.name, [
    { kind: DeadLetterKind.UNKNOWN_TYPE, problem: 'Once.', payload },
  ]);
  const replayed = async () => {
    for await (const progress of kelp.ingest.replayDeadLetters({})) expect(progress.remaining).toBe(0n);
  };
  await expect(replayed()).rejects.toMatchObject({ reason: 'QUEUE_UNAVAILABLE' });
  expect(await database.deadLetter.count()).toBe(1);
  await database.onApplicationShutdown();
});
