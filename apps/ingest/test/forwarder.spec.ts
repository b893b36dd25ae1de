import { setTimeout as sleep } from 'node:timers/promises';
import { Event, EventBatch } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import { openQueue, type Queue } from '@kelp/queue';
import { uuidv7 } from '@kelp/resource';
import type { Running } from '@kelp/rpc';
import { logger } from '@kelp/telemetry';
import { eventually } from '@kelp/testing';
import { sendgridEvent } from '@kelp/webhook-samples';
import { EventBuilder } from '../src/event/canonical-event.js';
import { knownConnection } from '../src/filter/known-connection.js';
import type { EventDetails, ReportedEvent } from '../src/providers/provider.js';
import { readElement } from '../src/providers/sendgrid/element.js';
import { FakeAnalytics } from './fakes/fake-analytics.js';
import { makeConnection } from './make-connection.js';
import { makeGround, startIngest } from './start-ingest.js';

const connection = makeConnection();
const builder = new EventBuilder(Buffer.alloc(32));

/** Canonical events, as the edge queues them. */
const makeEvents = (count: number): Event[] =>
  Array.from({ length: count }, () => {
    const details = (readElement(sendgridEvent('open')) as ReportedEvent).read() as EventDetails;
    return builder.build(details, knownConnection(connection)!, Date.now());
  });
const idsOf = (events: readonly Event[]) => events.map(({ eventId }) => eventId.toString('hex')).sort();

let ground: Awaited<ReturnType<typeof makeGround>>;
let queue: Queue;
let analytics: FakeAnalytics;
let store: Running;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  ground = await makeGround();
  queue = openQueue('', { databaseUrl: ground.database.url, log: logger('queue', 'silent') });
  analytics = new FakeAnalytics();
  store = await analytics.serve();
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await store.close();
  await queue.close();
  await ground.clear();
});

const publish = (events: readonly Event[]) =>
  queue.publish({ key: uuidv7(), body: EventBatch.encode({ events: [...events], traceparents: [] }).finish() });

async function startForwarder() {
  const kelp = await startIngest({ ...ground, analytics: store.address, roles: ['forwarder'] });
  stops.push(kelp.stop);
  return kelp;
}

const isEmpty = async () => {
  const { waiting, inFlight } = await queue.depth();
  expect(waiting + inFlight).toBe(0);
};
const stored = () => [...analytics.stored.keys()].sort();

it('moves every event of every message, and empties the queue', async () => {
  const events = makeEvents(500);
  for (let from = 0; from < 500; from += 50) await publish(events.slice(from, from + 50));
  const kelp = await startForwarder();
  await eventually(isEmpty, { timeoutMs: 10_000 });
  expect(stored()).toEqual(idsOf(events));
  expect(await kelp.ingest.getReport({ connection: connection.name })).toMatchObject({ eventsForwarded: 500n });
});

it('waits for a store that is away, and loses nothing', async () => {
  await store.close();
  const events = makeEvents(20);
  await publish(events);
  await startForwarder();
  await sleep(500);
  expect(stored()).toEqual([]);
  store = await analytics.serve(store.address);
  await eventually(isEmpty, { timeoutMs: 20_000 });
  expect(stored()).toEqual(idsOf(events));
});

it('loses nothing where the store breaks before its commits, after them, and is drained in between', async () => {
  let commits = 0;
  const fail = async () => {
    if (++commits % 3 === 0) throw new Error('The store broke.');
  };
  analytics.beforeCommit = fail;
  analytics.afterCommit = fail;
  const events = makeEvents(300);
  for (let from = 0; from < 300; from += 10) await publish(events.slice(from, from + 10));
  await startForwarder();
  await sleep(300);
  await store.close();
  store = await analytics.serve(store.address);
  await eventually(isEmpty, { timeoutMs: 30_000 });
  expect(stored()).toEqual(idsOf(events));
  expect(analytics.arrived).toBeGreaterThanOrEqual(300);
});

it('puts the events that the store refuses aside, with what it said, and stores all others', async () => {
  const events = makeEvents(200);
  const wrong = new Set([events[7]!, events[8]!, events[133]!].map(({ eventId }) => eventId.toString('hex')));
  analytics.isWrong = ({ eventId }) => wrong.has(eventId.toString('hex'));
  for (let from = 0; from < 200; from += 20) await publish(events.slice(from, from + 20));
  const kelp = await startForwarder();
  await eventually(isEmpty, { timeoutMs: 20_000 });
  expect(stored()).toEqual(idsOf(events).filter((id) => !wrong.has(id)));
  const { deadLetters } = await kelp.ingest.listDeadLetters({ kind: DeadLetterKind.SINK });
  expect(deadLetters).toHaveLength(3);
  for (const { message, connection: of, payload } of deadLetters) {
    expect(message).toContain('Is not liked.');
    expect(of).toBe(connection.name);
    expect(wrong.has(Event.decode(payload).eventId.toString('hex'))).toBe(true);
  }
  expect(await kelp.ingest.getReport({})).toMatchObject({ eventsForwarded: 197n });
});

it('puts a message aside that nobody can decode, and goes on with the others', async () => {
  const events = makeEvents(3);
  await queue.publish({ key: 'poison', body: Buffer.from('this is no protobuf') });
  await publish(events);
  const kelp = await startForwarder();
  await eventually(isEmpty, { timeoutMs: 10_000 });
  expect(stored()).toEqual(idsOf(events));
  const { deadLetters } = await kelp.ingest.listDeadLetters({});
  expect(deadLetters).toMatchObject([
    { kind: DeadLetterKind.POISON, connection: '', payload: Buffer.from('this is no protobuf') },
  ]);
  expect((await queue.depth()).dead).toBe(1);
});

it('gives back what is under way when it stops, and another one finishes it', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  analytics.beforeCommit = () => held;
  const events = makeEvents(40);
  for (let from = 0; from < 40; from += 10) await publish(events.slice(from, from + 10));
  const first = await startIngest({ ...ground, analytics: store.address, roles: ['forwarder'] });
  await eventually(async () => expect((await queue.depth()).inFlight).toBe(4));
  const stopped = first.stop();
  await stopped;
  expect((await queue.depth()).waiting).toBe(4);
  analytics.beforeCommit = () => Promise.resolve();
  release();
  await startForwarder();
  await eventually(isEmpty, { timeoutMs: 20_000 });
  expect(stored()).toEqual(idsOf(events));
});

it('shares the work with another one', async () => {
  const events = makeEvents(600);
  for (let from = 0; from < 600; from += 5) await publish(events.slice(from, from + 5));
  const forwarders = [await startForwarder(), await startForwarder()];
  await eventually(isEmpty, { timeoutMs: 20_000 });
  expect(stored()).toEqual(idsOf(events));
  const reports = await Promise.all(forwarders.map(({ ingest }) => ingest.getReport({})));
  expect(reports.reduce((sum, { eventsForwarded }) => sum + eventsForwarded, 0n)).toBe(600n);
});
