import { Event, EventBatch } from '@kelp/contract-event';
import { DeadLetterKind, type ReplayDeadLettersRequest } from '@kelp/contract-ingest';
import { openQueue, type Queue } from '@kelp/queue';
import { uuidv7 } from '@kelp/resource';
import { itemSender, type Running } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { eventually } from '@kelp/testing';
import { sendgridBody, sendgridEvent, signingKey } from '@kelp/webhook-samples';
import { Database } from '../src/database.js';
import { DeadLetterRepository } from '../src/dead-letter/dead-letter.repository.js';
import { EventBuilder } from '../src/event/canonical-event.js';
import { knownConnection } from '../src/filter/known-connection.js';
import type { EventDetails, ReportedEvent } from '../src/providers/provider.js';
import { readElement } from '../src/providers/sendgrid/element.js';
import { FakeAccounts } from './fakes/fake-account.js';
import { FakeAnalytics } from './fakes/fake-analytics.js';
import { FakeTemplates } from './fakes/fake-template.js';
import { makeConnection } from './make-connection.js';
import { post } from './post.js';
import { makeGround, startIngest } from './start-ingest.js';

const { SCHEMA, UNKNOWN_TYPE, POISON, SINK } = DeadLetterKind;
const silent = logger('ingest', 'silent');
const key = signingKey();
const connection = makeConnection({ verificationKeys: [key.publicKey] });
const accounts = new FakeAccounts();
const analytics = new FakeAnalytics();
const running: Running[] = [];
let ground: Awaited<ReturnType<typeof makeGround>>;
let kelp: Awaited<ReturnType<typeof startIngest>>;
let database: Database;
let letters: DeadLetterRepository;
let queue: Queue;

beforeAll(async () => {
  accounts.put(connection);
  ground = await makeGround();
  running.push(await accounts.serve(), await new FakeTemplates().serve(), await analytics.serve());
  const [account, template, store] = running.map(({ address }) => address);
  kelp = await startIngest({ ...ground, account: account!, template: template!, analytics: store! });
  await eventually(async () => expect((await fetch(`http://${kelp.http}/readyz`)).status).toBe(200));
  database = new Database(ground.database.url, 2, silent);
  letters = new DeadLetterRepository(database);
  queue = openQueue('', { databaseUrl: ground.database.url, log: silent });
});

afterEach(async () => {
  await database.deadLetter.deleteMany();
  analytics.stored.clear();
});

afterAll(async () => {
  await queue.close();
  await database.onApplicationShutdown();
  await kelp.stop();
  await Promise.all(running.map((one) => one.close()));
  await ground.clear();
});

const element = (event = sendgridEvent('open')) => Buffer.from(JSON.stringify(event));
const put = (kind: DeadLetterKind, payload: Uint8Array, of = connection.name) =>
  letters.put(of, [{ kind, problem: 'Once.', payload: Buffer.from(payload) }]);

/** What the replay said last. */
async function replay(request: Partial<ReplayDeadLettersRequest> = {}) {
  const said = [];
  for await (const progress of kelp.ingest.replayDeadLetters(request)) said.push(progress);
  return said.at(-1)!;
}

const makeEvent = (): Event => {
  const details = (readElement(sendgridEvent('open')) as ReportedEvent).read() as EventDetails;
  return new EventBuilder(Buffer.alloc(32)).build(details, knownConnection(connection)!, Date.now());
};
const stored = (count: number) => eventually(() => expect(analytics.stored.size).toBe(count), { timeoutMs: 15_000 });

describe('a replay', () => {
  it('handles what an older release could not: bodies, elements of bodies, events', async () => {
    await put(SCHEMA, sendgridBody([sendgridEvent('open'), sendgridEvent('click')]));
    await put(UNKNOWN_TYPE, element());
    await put(SINK, Event.encode(makeEvent()).finish());
    await put(POISON, EventBatch.encode({ events: [makeEvent(), makeEvent()], traceparents: [] }).finish(), '');
    expect(await replay()).toEqual({ replayed: 4n, remaining: 0n, eventsKept: 6n });
    await stored(6);
    expect((await kelp.ingest.listDeadLetters({})).deadLetters).toEqual([]);
  });

  it('leaves what still cannot be handled, was cut, or has no connection any more', async () => {
    await put(SCHEMA, Buffer.from('no JSON'));
    await put(UNKNOWN_TYPE, element({ ...sendgridEvent('open'), event: 'levitated' }));
    await put(UNKNOWN_TYPE, element(sendgridEvent('open', { x: 'x'.repeat(70_000) })));
    await put(SCHEMA, element(), makeConnection().name);
    await put(POISON, Buffer.from('no protobuf'), '');
    await put(SINK, Buffer.from('no protobuf'));
    expect(await replay()).toEqual({ replayed: 0n, remaining: 6n, eventsKept: 0n });
    expect((await kelp.ingest.listDeadLetters({})).deadLetters).toHaveLength(6);
  });

  it('changes nothing where it is repeated, or runs twice at once', async () => {
    const events = Array.from({ length: 150 }, () => sendgridEvent('open'));
    const all = async () => {
      for (const event of events) await put(UNKNOWN_TYPE, element(event));
    };
    await all();
    await Promise.all([replay(), replay()]);
    await all();
    expect(await replay()).toMatchObject({ replayed: 150n });
    await stored(150);
    expect(await replay()).toEqual({ replayed: 0n, remaining: 0n, eventsKept: 0n });
  });

  it('tells how far it is after each hundred', async () => {
    for (let count = 0; count < 120; count++) await put(UNKNOWN_TYPE, element());
    const replayed: bigint[] = [];
    for await (const progress of kelp.ingest.replayDeadLetters({})) replayed.push(progress.replayed);
    expect(replayed).toEqual([100n, 120n]);
  });

  it('is of one kind, of one connection, or of some letters', async () => {
    const other = makeConnection();
    accounts.put(other);
    await put(UNKNOWN_TYPE, element());
    await put(SCHEMA, element());
    await put(SCHEMA, element(), other.name);
    const [latest] = (await kelp.ingest.listDeadLetters({})).deadLetters;
    expect((await kelp.ingest.listDeadLetters({ connection: other.name })).deadLetters).toEqual([latest]);
    expect(await replay({ kind: UNKNOWN_TYPE })).toMatchObject({ replayed: 1n, remaining: 0n });
    expect(await replay({ names: [`deadLetters/${uuidv7()}`] })).toMatchObject({ replayed: 0n });
    expect(await replay({ connection: connection.name })).toMatchObject({ replayed: 1n });
    await eventually(async () => expect(await replay({ names: [latest!.name] })).toMatchObject({ replayed: 1n }));
  });

  it('is refused where fields are wrong, and by a process that takes no webhooks', async () => {
    await expect(replay({ names: ['x'] })).rejects.toMatchObject({ reason: 'INVALID_FIELDS' });
    const forwarder = await startIngest({ ...ground, roles: ['forwarder'] });
    const asked = async () => {
      for await (const _ of forwarder.ingest.replayDeadLetters({})) expect(_).toBeDefined();
    };
    await expect(asked()).rejects.toMatchObject({ reason: 'NOT_AN_EDGE' });
    await forwarder.stop();
  });
});

describe('an internal producer', () => {
  it('publishes events that are stored once, however often they are sent', async () => {
    const sender = itemSender<Event>({ open: (requests, options) => kelp.ingest.publishEvents(requests, options) });
    const events = Array.from({ length: 300 }, makeEvent);
    await Promise.all([sender.send(events), sender.send(events.slice(100))]);
    await sender.close();
    await stored(300);
  });

  it('hears what is wrong with an event', async () => {
    const sender = itemSender<Event>({ open: (requests, options) => kelp.ingest.publishEvents(requests, options) });
    await expect(sender.send([{ ...makeEvent(), eventId: Buffer.alloc(3) }])).rejects.toMatchObject({
      reason: 'INVALID_FIELDS',
    });
    await sender.close();
  });
});

it('shows how long until the provider gives up, until a request is accepted', async () => {
  const url = `http://${kelp.http}/v1/webhooks/sendgrid/${connection.name.split('/')[3]}`;
  const risk = async () => {
    const { refusingSince, discardsFrom } = await kelp.ingest.getReport({ connection: connection.name });
    return refusingSince && discardsFrom!.getTime() - refusingSince.getTime();
  };
  expect(await risk()).toBeUndefined();
  await post(url, sendgridBody([]), { key: signingKey() });
  expect(await risk()).toBe(24 * 3_600_000);
  await post(url, sendgridBody([]), { key });
  expect(await risk()).toBeUndefined();
});
