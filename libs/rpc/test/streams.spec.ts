import { setTimeout as sleep } from 'node:timers/promises';
import { Code, StatusError } from '@kelp/status';
import { eventually } from '@kelp/testing';
import { itemSender, type SourceFrame, type WatchFrame, watch } from '../src/index.js';
import { callStore, Store, serveStore } from './stream-service.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const FAST = { backoff: { firstMs: 5, maxMs: 50 } };
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function start(store = new Store(), options = {}) {
  const running = await serveStore(store, options);
  closing.push(() => running.close());
  const { channel, stream } = await callStore(running.address);
  closing.push(() => channel.close());
  return { store, running, stream, channel };
}

describe('items that a client sends', () => {
  const sender = (stream: Awaited<ReturnType<typeof callStore>>['stream'], options = {}) => {
    const made = itemSender<number>({ open: (requests, o) => stream.append(requests, o), ...FAST, ...options });
    closing.push(() => made.close(100));
    return made;
  };

  it('are committed in order, and acknowledged after that', async () => {
    const { store, stream } = await start();
    const items = sender(stream);
    await items.send([1, 2]);
    expect(store.items).toEqual([1, 2]);
    await Promise.all([items.send([3]), items.send(range(4, 1_000)), items.send([1_001])]);
    expect(store.items).toEqual(range(1, 1_001));
    expect(items.unacked).toBe(0);
  });

  it('travel together when there are many small ones', async () => {
    const { store, stream } = await start();
    const items = sender(stream);
    await Promise.all(range(1, 2_000).map((item) => items.send([item])));
    expect(store.items).toEqual(range(1, 2_000));
    expect(store.batches.length).toBeLessThan(200);
  });

  it('are sent again when the commit failed', async () => {
    const { store, stream } = await start();
    const commit = store.commit;
    let failures = 3;
    store.commit = async (some) => {
      if (failures-- > 0) throw new StatusError(Code.UNAVAILABLE, '', 'The database is away.', '');
      return commit(some);
    };
    const heard: Code[] = [];
    await sender(stream, { onReconnect: (error: StatusError) => heard.push(error.code) }).send([1, 2, 3]);
    expect(store.items).toEqual([1, 2, 3]);
    expect(heard).toEqual([Code.UNAVAILABLE, Code.UNAVAILABLE, Code.UNAVAILABLE]);
  });

  it('survive servers that come and go on one address', async () => {
    const store = new Store();
    const first = await serveStore(store, { drainMs: 50 });
    const { channel, stream } = await callStore(first.address);
    closing.push(() => channel.close());
    const items = sender(stream);
    let running = first;
    let sent = 0;
    const sends: Promise<void>[] = [];
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 50; i++) sends.push(items.send([++sent]));
      await sleep(20);
      await running.close();
      for (let i = 0; i < 50; i++) sends.push(items.send([++sent]));
      running = await serveStore(store, { address: first.address, drainMs: 50 });
    }
    await Promise.all(sends);
    expect([...new Set(store.items)]).toEqual(range(1, sent));
    await items.close();
    await running.close();
  });

  it('move to a new stream when the old one has become old, without a failure', async () => {
    const { store, stream } = await start(new Store(), { streamAgeMs: 50 });
    const heard: StatusError[] = [];
    const items = sender(stream, { onReconnect: (error: StatusError) => heard.push(error) });
    for (let item = 1; item <= 40; item++) {
      await items.send([item]);
      await sleep(10);
    }
    expect(store.items).toEqual(range(1, 40));
    expect(heard).toEqual([]);
  });

  it('are given up where the server refuses them for good, and the sender goes on', async () => {
    const { store, stream } = await start();
    const commit = store.commit;
    store.commit = async (some) => {
      if (some.includes(13)) throw new StatusError(Code.INVALID_ARGUMENT, 'INVALID_EVENT', 'Thirteen.', 'tested.kelp');
      return commit(some);
    };
    const items = sender(stream);
    await items.send([1]);
    await expect(items.send([13])).rejects.toMatchObject({ reason: 'INVALID_EVENT' });
    await items.send([2]);
    expect(store.items).toEqual([1, 2]);
  });

  it('hold their maker when the server is slow', async () => {
    const { store, stream } = await start();
    const commit = store.commit;
    store.commit = async (some) => {
      await sleep(5);
      return commit(some);
    };
    const items = sender(stream, { windowItems: 200 });
    const sends: Promise<void>[] = [];
    for (let item = 1; item <= 2_000; item++) {
      sends.push(items.send([item]));
      if (item % 100 === 0) await sleep(0);
      expect(items.unacked).toBeLessThanOrEqual(200);
    }
    await Promise.all(sends);
    expect([...store.items].sort((a, b) => a - b)).toEqual(range(1, 2_000));
  });

  it('are waited for when the sender closes, and fail as CANCELLED when that takes too long', async () => {
    const { store, stream } = await start();
    const good = sender(stream);
    const sent = good.send(range(1, 500));
    await good.close();
    await sent;
    expect(store.items).toEqual(range(1, 500));
    store.commit = () => new Promise(() => {});
    const stuck = sender(stream);
    const never = expect(stuck.send([1])).rejects.toMatchObject({ code: Code.CANCELLED });
    await sleep(50);
    await stuck.close(50);
    await never;
    await expect(stuck.send([2])).rejects.toMatchObject({ code: Code.CANCELLED });
  });
});

describe('items that a server sends', () => {
  /** A log of items from 1, which grows; its tokens are positions. */
  const logSource = (log: number[], grown: () => Promise<void>) =>
    async function* (resumeToken: string, signal: AbortSignal): AsyncIterable<SourceFrame<number>> {
      for (let at = Number(resumeToken || 0); !signal.aborted; ) {
        const items = log.slice(at);
        at += items.length;
        if (items.length > 0 || at === 0) yield { items, resumeToken: String(at), synced: true };
        await Promise.race([
          grown(),
          new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
        ]);
      }
    };

  const watcher = (stream: Awaited<ReturnType<typeof callStore>>['stream'], options = {}) => {
    const frames: WatchFrame<number>[] = [];
    const watching = watch<number>({
      open: (requests, o) => stream.watch(requests, o),
      apply: async (frame) => {
        frames.push(frame);
      },
      ...FAST,
      ...options,
    });
    closing.push(() => watching.close());
    return { watching, frames, items: () => frames.flatMap(({ items }) => items) };
  };

  it('arrive in order, first as a snapshot and then as they come', async () => {
    const { store, stream } = await start();
    const log = range(1, 35);
    store.source = logSource(log, () => sleep(5));
    const { watching, frames, items } = watcher(stream);
    await watching.synced;
    expect(items()).toEqual(range(1, 35));
    expect(frames.map(({ reset }) => reset)).toEqual([true, false, false, false]);
    expect(frames.map(({ synced }) => synced)).toEqual([false, false, false, true]);
    expect(frames.map(({ resumeToken }) => resumeToken)).toEqual(['', '', '', '35']);
    log.push(36);
    await eventually(() => expect(items()).toEqual(range(1, 36)));
  });

  it('say so when there are none', async () => {
    const { store, stream } = await start();
    store.source = logSource([], () => sleep(5));
    const { watching, frames } = watcher(stream);
    await watching.synced;
    expect(frames[0]).toMatchObject({ items: [], synced: true, reset: true });
  });

  it('go on from the last token over streams that rotate and servers that fail', async () => {
    const { store, stream } = await start(new Store(), { streamAgeMs: 60 });
    const log: number[] = [];
    const source = logSource(log, () => sleep(1));
    let opened = 0;
    store.source = async function* (resumeToken, signal) {
      const fails = ++opened % 3 === 0;
      for await (const frame of source(resumeToken, signal)) {
        yield frame;
        if (fails) throw new StatusError(Code.UNAVAILABLE, '', 'The database is away.', '');
      }
    };
    const { items } = watcher(stream);
    for (let item = 1; item <= 100; item++) {
      log.push(item);
      await sleep(3);
    }
    await eventually(() => expect(items()).toEqual(range(1, 100)));
    expect(opened).toBeGreaterThan(3);
  });

  it('come again where applying them failed', async () => {
    const { store, stream } = await start();
    store.source = logSource(range(1, 5), () => sleep(5));
    const seen: number[][] = [];
    let fails = 2;
    const { watching } = watcher(stream, {
      apply: async ({ items }: WatchFrame<number>) => {
        if (fails-- > 0) throw new Error('The disk is full.');
        seen.push([...items]);
      },
    });
    await watching.synced;
    expect(seen).toEqual([[1, 2, 3, 4, 5]]);
  });

  it('begin anew where the token is too old', async () => {
    const { store, stream } = await start();
    const source = logSource(range(1, 3), () => sleep(5));
    store.source = async function* (resumeToken, signal) {
      if (resumeToken === 'ancient') {
        throw new StatusError(Code.OUT_OF_RANGE, 'RESUME_TOKEN_EXPIRED', 'Too old.', 'tested.kelp');
      }
      yield* source(resumeToken, signal);
    };
    const { watching, frames, items } = watcher(stream, { resumeToken: 'ancient' });
    await watching.synced;
    expect([frames[0]?.reset, items()]).toEqual([true, [1, 2, 3]]);
  });

  it('are not read ahead of a watcher that is slow', async () => {
    const { store, stream } = await start();
    let read = 0;
    store.source = async function* (_token, signal) {
      while (!signal.aborted) {
        read++;
        yield { items: [read], resumeToken: '', synced: false };
      }
    };
    let applied = 0;
    watcher(stream, {
      windowItems: 50,
      apply: async () => {
        applied++;
        await sleep(2);
      },
    });
    await eventually(() => expect(applied).toBeGreaterThan(100));
    expect(read - applied).toBeLessThanOrEqual(52);
  });
});
