import { setTimeout as sleep } from 'node:timers/promises';
import { Code, StatusError } from '@kelp/status';
import { eventually } from '@kelp/testing';
import { type Call, callStream } from '../src/index.js';
import { callStore, Store, serveStore } from './stream-service.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options = {}, serveOptions = {}) {
  const store = new Store();
  const running = await serveStore(store, serveOptions);
  closing.push(() => running.close());
  const { channel, stream } = await callStore(running.address);
  closing.push(() => channel.close());
  let opened = 0;
  const open = (...args: Parameters<typeof stream.squareCalls>) => {
    opened++;
    return stream.squareCalls(...args);
  };
  const squares = callStream<number, number>({ open, backoff: { firstMs: 5, maxMs: 50 }, ...options });
  closing.push(() => squares.close(100));
  return { store, running, squares, opened: () => opened };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

it('answers each call with its own answer, in whatever order they finish', async () => {
  const { store, squares, opened } = await start();
  store.square = async (request) => {
    await sleep(Math.random() * 20);
    return request * request;
  };
  const answers = await Promise.all(range(500).map((request) => squares.call(request)));
  expect(answers).toEqual(range(500).map((request) => request * request));
  expect(opened()).toBe(1);
});

it('gives each call its own error, and the others their answers', async () => {
  const { store, squares } = await start();
  store.square = async (request) => {
    if (request === 1)
      throw new StatusError(Code.NOT_FOUND, 'NO_SQUARE', 'None.', 'tested.kelp', { metadata: { a: 'b' } });
    if (request === 2) throw new Error('password=hunter2');
    return request * request;
  };
  const results = await Promise.allSettled([1, 2, 3].map((request) => squares.call(request)));
  expect(results).toMatchObject([
    { reason: { code: Code.NOT_FOUND, reason: 'NO_SQUARE', domain: 'tested.kelp', metadata: { a: 'b' } } },
    { reason: { code: Code.INTERNAL, message: 'Internal error.' } },
    { value: 9 },
  ]);
});

it('ends one call at its deadline, or when its caller gives up, and tells the handler', async () => {
  const { store, squares } = await start();
  const ended: number[] = [];
  store.square = async (request, { signal, deadline }: Call) => {
    if (request === 7) return 49;
    expect(deadline).toBeInstanceOf(Date);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    ended.push(request);
    return 0;
  };
  const giveUp = new AbortController();
  const late = squares.call(1, { deadlineMs: 50 });
  const given = squares.call(2, { signal: giveUp.signal });
  setTimeout(() => giveUp.abort(), 30);
  await expect(given).rejects.toMatchObject({ code: Code.CANCELLED });
  await expect(late).rejects.toMatchObject({ code: Code.DEADLINE_EXCEEDED });
  expect(await squares.call(7)).toBe(49);
  await eventually(() => expect(ended.sort()).toEqual([1, 2]));
});

it('moves to the next stream when the server asks for it, and loses no call', async () => {
  const { squares, opened } = await start({}, { streamAgeMs: 40 });
  for (let round = 0; round < 60; round++) {
    expect(await Promise.all([2, 3].map((request) => squares.call(request)))).toEqual([4, 9]);
    await sleep(2);
  }
  expect(opened()).toBeGreaterThan(1);
});

it('fails what a broken stream left open as UNAVAILABLE; calls that may be made twice are made again', async () => {
  for (const idempotent of [false, true]) {
    const { store, running, squares } = await start({ idempotent }, { drainMs: 10 });
    store.square = () => new Promise(() => {});
    const open = squares.call(5);
    const failed = idempotent ? undefined : expect(open).rejects.toMatchObject({ code: expect.any(Number) });
    await sleep(100);
    await running.close();
    await failed;
    const second = new Store();
    const again = await serveStore(second, { address: running.address });
    closing.push(() => again.close());
    if (idempotent) expect(await open).toBe(25);
    else await eventually(async () => expect(await squares.call(6)).toBe(36));
  }
});

it('answers no more calls at a time than it is told to', async () => {
  const { store, squares } = await start({ batchCalls: 10, inFlightCalls: 25 });
  let open = 0;
  let most = 0;
  store.square = async (request) => {
    most = Math.max(most, ++open);
    await sleep(2);
    open--;
    return request;
  };
  await Promise.all(range(300).map((request) => squares.call(request)));
  expect(most).toBeLessThanOrEqual(25);
});
