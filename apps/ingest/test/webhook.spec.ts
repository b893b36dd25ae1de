import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { EventType } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import { uuidv7 } from '@kelp/resource';
import type { Running } from '@kelp/rpc';
import { eventually } from '@kelp/testing';
import {
  Expectation,
  type SendgridEvent,
  sendgridBody,
  sendgridEvent,
  sendgridTraffic,
  signingKey,
} from '@kelp/webhook-samples';
import { FakeAccounts } from './fakes/fake-account.js';
import { FakeAnalytics } from './fakes/fake-analytics.js';
import { FakeTemplates } from './fakes/fake-template.js';
import { makeConnection } from './make-connection.js';
import { type PostOptions, post } from './post.js';
import { makeGround, startIngest } from './start-ingest.js';

const { DELIVERED, BOUNCED, OPENED, CLICKED } = EventType;
const acceptedTypes = [DELIVERED, BOUNCED, OPENED, CLICKED];
const MIB = 1024 * 1024;

const key = signingKey();
const organization = uuidv7();
const templates = [
  { id: uuidv7(), versions: [1, 2] },
  { id: uuidv7(), versions: [3] },
];
const filter = { acceptedTypes, knownTemplatesOnly: true };
const connection = makeConnection({ verificationKeys: [key.publicKey], filter }, { organization });
const connectionId = connection.name.split('/')[3]!;
const wanted = (fields: Partial<SendgridEvent> = {}) =>
  sendgridEvent('open', { kelp_template: templates[0]!.id, ...fields });

const accounts = new FakeAccounts();
const published = new FakeTemplates();
const analytics = new FakeAnalytics();
const running: Running[] = [];
let ground: Awaited<ReturnType<typeof makeGround>>;
let kelp: Awaited<ReturnType<typeof startIngest>>;

beforeAll(async () => {
  accounts.put(connection);
  for (const { id } of templates) published.publish(organization, id);
  ground = await makeGround();
  running.push(await accounts.serve(), await published.serve(), await analytics.serve());
  const [account, template, store] = running.map(({ address }) => address);
  kelp = await startIngest({ ...ground, account: account!, template: template!, analytics: store! });
  await eventually(async () => expect((await fetch(`http://${kelp.http}/readyz`)).status).toBe(200));
});

afterAll(async () => {
  await kelp?.stop();
  await Promise.all(running.map((one) => one.close()));
  await ground?.clear();
});

const urlOf = (id = connectionId, provider = 'sendgrid') => `http://${kelp.http}/v1/webhooks/${provider}/${id}`;
const deliver = (body: Buffer, options: PostOptions = { key }) => post(urlOf(), body, options);
const report = (name = connection.name) => kelp.ingest.getReport({ connection: name });

/** What `work` added to the report. */
async function counted(work: () => Promise<unknown>) {
  const before = await kelp.ingest.getReport({});
  await work();
  const after = await kelp.ingest.getReport({});
  const requests = Object.entries(after.requests).map(
    ([outcome, count]) => [outcome, Number(count - (before.requests[outcome] ?? 0n))] as const,
  );
  return {
    ...Object.fromEntries(requests.filter(([, count]) => count > 0)),
    events: Number(after.eventsReceived - before.eventsReceived),
  };
}

it('stores exactly what should be kept of realistic traffic, also when all of it is posted twice', async () => {
  const expected = new Expectation({ acceptedTypes, knownTemplates: templates.map(({ id }) => id) });
  const batches = [...sendgridTraffic({ seed: 11, runId: uuidv7(), events: 6_000, templates })];
  for (const { body, samples } of batches) {
    expected.add(samples);
    expect((await deliver(body)).status).toBe(200);
  }
  await eventually(() => expect(analytics.stored.size).toBe(expected.kept), { timeoutMs: 15_000 });
  const once = await report();
  expect(once).toMatchObject({
    eventsReceived: 6_000n,
    eventsKept: BigInt(expected.kept),
    eventsDropped: { type: BigInt(expected.dropped.type), template: BigInt(expected.dropped.template) },
    eventsDead: 0n,
    connectionsKnown: 1n,
    templatesKnown: 2n,
  });

  for (const { body } of batches) expect((await deliver(body)).status).toBe(200);
  await eventually(async () => expect((await report()).eventsForwarded).toBe(BigInt(expected.kept * 2)), {
    timeoutMs: 15_000,
  });
  const actual = new Expectation({ acceptedTypes: [] });
  const idOf = new Map(templates.map(({ id }) => [id.replaceAll('-', ''), id]));
  actual.add(
    [...analytics.stored.values()].map(({ type, templateId, templateVersion: version }) => ({
      type,
      template: idOf.get(templateId.toString('hex'))!,
      version,
    })),
  );
  expect(actual.counts()).toEqual(expected.counts());
  await eventually(async () => expect((await report()).queueDepth).toBe(0n));
});

describe('a request is refused, counted, and harms no other', () => {
  const body = sendgridBody([wanted()]);
  const large = Buffer.concat([body, Buffer.alloc(5 * MIB, ' ')]);
  const bomb = gzipSync(Buffer.alloc(50 * MIB, ' '));
  const cases: [string, string, number, () => ReturnType<typeof post>][] = [
    ['signed by another key', 'SIGNATURE_INVALID', 401, () => deliver(body, { key: signingKey() })],
    ['not signed', 'SIGNATURE_INVALID', 401, () => deliver(body, {})],
    ['for no connection', 'CONNECTION_UNKNOWN', 404, () => post(urlOf(uuidv7()), body, { key })],
    ['with broken JSON', 'BODY_INVALID', 400, () => deliver(Buffer.from('[{"event":'))],
    ['that is no list', 'BODY_INVALID', 400, () => deliver(Buffer.from('{}'))],
    ['of 5 MB', 'BODY_TOO_LARGE', 413, () => deliver(large)],
    [
      'that becomes 50 MB',
      'BODY_TOO_LARGE',
      413,
      () => deliver(bomb, { key, headers: { 'content-encoding': 'gzip' } }),
    ],
    [
      'compressed in an unknown way',
      'BODY_UNSUPPORTED',
      415,
      () => deliver(body, { key, headers: { 'content-encoding': 'zip' } }),
    ],
    [
      'whose gzip is damaged',
      'BODY_UNSUPPORTED',
      415,
      () => deliver(body, { key, headers: { 'content-encoding': 'gzip' } }),
    ],
    [
      'that is not JSON',
      'BODY_UNSUPPORTED',
      415,
      () => deliver(body, { key, headers: { 'content-type': 'text/html' } }),
    ],
    ['with GET', 'METHOD_UNKNOWN', 405, () => post(urlOf(), undefined, { method: 'GET' })],
    ['to another path', 'PATH_UNKNOWN', 404, () => post(`http://${kelp.http}/v2`, body, { key })],
    ['to an unknown provider', 'PATH_UNKNOWN', 404, () => post(urlOf(connectionId, 'pigeon'), body, { key })],
    ['for something that is no UUID', 'PATH_UNKNOWN', 404, () => post(urlOf('x'), body, { key })],
  ];

  it.each(cases)('where it is %s: %s', async (_, reason, status, send) => {
    let answered: Awaited<ReturnType<typeof post>> | undefined;
    const other = sendgridBody([wanted()]);
    const counts = await counted(async () => {
      const [refused, accepted] = await Promise.all([send(), deliver(other)]);
      answered = refused;
      expect(accepted.status).toBe(200);
    });
    expect(answered).toMatchObject({ status, said: { reason, message: expect.stringMatching(/\.$/) } });
    expect(counts).toEqual({ [reason]: 1, accepted: 1, events: 1 });
  });
});

it('takes what any common encoding hides', async () => {
  const before = analytics.stored.size;
  const encodings = {
    gzip: gzipSync,
    'x-gzip': gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    identity: (raw: Buffer) => raw,
  };
  for (const [encoding, encode] of Object.entries(encodings)) {
    const raw = encode(sendgridBody([wanted()]));
    expect(await deliver(raw, { key, headers: { 'content-encoding': encoding } })).toMatchObject({ status: 200 });
  }
  await eventually(() => expect(analytics.stored.size).toBe(before + 5));
});

it('keeps the good events of a request with bad ones, and puts those aside once', async () => {
  const bad = [{ event: 'levitated', kelp_template: templates[0]!.id }, wanted({ timestamp: -1 }), 7];
  const body = sendgridBody([wanted(), ...bad, wanted()] as object[]);
  for (let time = 0; time < 2; time++)
    expect(await deliver(body)).toMatchObject({ status: 200, said: { message: expect.stringContaining('3 not') } });
  const { deadLetters } = await kelp.ingest.listDeadLetters({ pageSize: 3 });
  expect(deadLetters.map(({ kind }) => kind).sort()).toEqual([
    DeadLetterKind.SCHEMA,
    DeadLetterKind.SCHEMA,
    DeadLetterKind.UNKNOWN_TYPE,
  ]);
  expect(deadLetters.every((letter) => letter.connection === connection.name)).toBe(true);
  expect(deadLetters.map(({ payload }) => JSON.parse(payload.toString()) as unknown)).toEqual(
    expect.arrayContaining([...bad]),
  );
  expect(
    (await kelp.ingest.listDeadLetters({ pageSize: 1_000 })).deadLetters.filter(
      ({ payload }) => payload.toString() === '7',
    ),
  ).toHaveLength(1);
});

it('keeps the body that it cannot read, so that it can be looked at', async () => {
  const body = Buffer.from(`[{"half": "of it ${uuidv7()}`);
  await deliver(body);
  const { deadLetters } = await kelp.ingest.listDeadLetters({ kind: DeadLetterKind.SCHEMA, pageSize: 1 });
  expect(deadLetters[0]).toMatchObject({
    payload: body,
    message: 'The body is not JSON.',
    connection: connection.name,
  });
});

it('follows its connections: a rotated key, another filter, the end', async () => {
  const [old, fresh] = [signingKey(), signingKey()];
  const moving = makeConnection({ verificationKeys: [old.publicKey] }, { organization });
  const url = urlOf(moving.name.split('/')[3]!);
  const statusOf = async (by: typeof old) =>
    (await post(url, sendgridBody([sendgridEvent('processed')]), { key: by })).status;
  accounts.put(moving);
  await eventually(async () => expect(await statusOf(old)).toBe(200));
  accounts.put({ ...moving, verificationKeys: [old.publicKey, fresh.publicKey] });
  await eventually(async () => expect([await statusOf(old), await statusOf(fresh)]).toEqual([200, 200]));
  accounts.put({ ...moving, verificationKeys: [fresh.publicKey] });
  await eventually(async () => expect([await statusOf(old), await statusOf(fresh)]).toEqual([401, 200]));
  accounts.delete(moving);
  await eventually(async () => expect(await statusOf(fresh)).toBe(404));
});

it('follows the templates: mail of one counts from its first version on', async () => {
  const template = uuidv7();
  const say = async () => (await deliver(sendgridBody([wanted({ kelp_template: template })]))).said.message;
  expect(await say()).toBe('0 kept, 1 dropped, 0 not understood.');
  published.publish(organization, template);
  await eventually(async () => expect(await say()).toBe('1 kept, 0 dropped, 0 not understood.'));
});

it('reports one connection, and nothing of one that it does not know', async () => {
  expect((await report()).requests.accepted).toBeGreaterThan(0n);
  expect(await report(makeConnection().name)).toMatchObject({ requests: {}, eventsReceived: 0n });
});

it('says on which paths it lives', async () => {
  expect(await post(`http://${kelp.http}/healthz`, undefined, { method: 'GET' })).toMatchObject({ status: 200 });
  expect(await post(`http://${kelp.http}/readyz?verbose`, undefined, { method: 'GET' })).toMatchObject({ status: 200 });
});

it('shows samples of what the filter threw away, without addresses', async () => {
  const connectionOfItsOwn = makeConnection({ verificationKeys: [key.publicKey], filter }, { organization });
  accounts.put(connectionOfItsOwn);
  const id = connectionOfItsOwn.name.split('/')[3]!;
  const noise = Array.from({ length: 200 }, () => sendgridEvent('processed', { email: 'ada@secret.example' }));
  await eventually(async () => {
    expect((await post(urlOf(id), sendgridBody([...noise, sendgridEvent('open'), wanted()]), { key })).status).toBe(
      200,
    );
  });
  const { rules } = await kelp.ingest.getFilterReport({ connection: connectionOfItsOwn.name });
  expect(rules.map(({ rule, dropped, samples }) => [rule, dropped, samples.length])).toEqual([
    ['type', 200n, 10],
    ['template', 1n, 1],
  ]);
  expect(rules[0]!.samples.every(({ type }) => type === EventType.ACCEPTED)).toBe(true);
  expect(rules[0]!.samples[0]!.recipientDomain).toBe('secret.example');
  expect(JSON.stringify(rules, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
    'ada@',
  );
  await expect(kelp.ingest.getFilterReport({ connection: 'x' })).rejects.toMatchObject({ reason: 'INVALID_FIELDS' });
});
