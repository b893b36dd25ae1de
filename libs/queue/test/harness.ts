import type { Delivery, Queue, QueueOptions } from '../src/index.js';
import type { QueueServer } from './queue-server.js';

/** What a contract's tests work with: one server for all of them, emptied after each. */
export interface Harness {
  readonly server: QueueServer;
  /** A queue that is closed after the test. */
  open(options?: QueueOptions): Queue;
}

/** Registers the start, the emptying and the end of the server with the tests around the call. */
export function harness(launch: () => Promise<QueueServer>): Harness {
  let server: QueueServer | undefined;
  const opened: Queue[] = [];
  const started = () => {
    if (!server) throw new Error('The server is started before all tests.');
    return server;
  };
  beforeAll(async () => {
    server = await launch();
  }, 120_000);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
    await started().clear();
  });
  afterAll(() => server?.stop());
  return {
    get server() {
      return started();
    },
    open(options) {
      const queue = started().open({ closeGraceMs: 200, ...options });
      opened.push(queue);
      return queue;
    },
  };
}

/** A message whose body says its key. */
export const message = (key: string, bodyBytes = key.length) => ({ key, body: Buffer.alloc(bodyBytes, key) });

export const publishAll = (queue: Queue, keys: readonly string[]): Promise<unknown> =>
  Promise.all(keys.map((key) => queue.publish(message(key))));

/** So many keys, in order. */
export const keys = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `key-${String(index).padStart(4, '0')}`);

/** The next `count` deliveries, not settled. */
export async function take(deliveries: AsyncIterator<Delivery>, count: number): Promise<Delivery[]> {
  const taken: Delivery[] = [];
  while (taken.length < count) {
    const { done, value } = await deliveries.next();
    if (done) throw new Error(`The iteration ended after ${taken.length} of ${count} deliveries.`);
    taken.push(value);
  }
  return taken;
}

/** The next delivery, not settled. */
export async function takeOne(deliveries: AsyncIterator<Delivery>): Promise<Delivery> {
  const [delivery] = await take(deliveries, 1);
  return delivery!;
}

/** Whether the promise stays pending for so long. */
export async function staysPending(promise: Promise<unknown>, forMs: number): Promise<boolean> {
  const pending = Symbol('pending');
  const timeout = new Promise((resolve) => setTimeout(() => resolve(pending), forMs));
  return (await Promise.race([promise, timeout])) === pending;
}
