import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { GroupPublisher, type GroupPublisherOptions, type Queue } from '../src/index.js';
import { type Harness, takeOne } from './harness.js';

type Options = Partial<Omit<GroupPublisherOptions<string>, 'queue'>>;

const publisher = (queue: Queue, options: Options = {}) =>
  new GroupPublisher<string>({
    queue,
    encode: (items) => Buffer.from(JSON.stringify(items)),
    bytesOf: (item) => item.length + 3,
    ...options,
  });

/** The items of every message, message by message, in the order of the queue. */
async function drain(queue: Queue): Promise<string[][]> {
  const { waiting } = await queue.depth();
  const messages: string[][] = [];
  const deliveries = queue.consume({ prefetch: 100 });
  while (messages.length < waiting) {
    const delivery = await takeOne(deliveries);
    messages.push(JSON.parse(Buffer.from(delivery.body).toString()));
    await delivery.ack();
  }
  await deliveries.return?.();
  return messages;
}

/** How single items become messages. */
export function describePublisher(test: Harness): void {
  describe('the group publisher', () => {
    it('puts every accepted item into exactly one message, in order', async () => {
      const queue = test.open();
      const batches = fc.array(fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 30 }), {
        maxLength: 40,
      });
      const limits = fc.record({
        messageItemsMax: fc.integer({ min: 1, max: 40 }),
        messageBytesMax: fc.integer({ min: 1, max: 400 }),
      });
      await fc.assert(
        fc.asyncProperty(batches, limits, async (published, { messageItemsMax, messageBytesMax }) => {
          const group = publisher(queue, { messageItemsMax, messageBytesMax, publishesMax: 1 });
          await Promise.all(published.map((items) => group.publish(items)));
          const messages = await drain(queue);
          expect(messages.flat()).toEqual(published.flat());
          for (const items of messages) expect(items.length).toBeLessThanOrEqual(messageItemsMax);
        }),
        { numRuns: 15 },
      );
    });

    it('makes few messages of many items', async () => {
      const queue = test.open();
      const group = publisher(queue, { publishesMax: 4 });
      const items = Array.from({ length: 2_000 }, (_, index) => `item ${index}`);
      await Promise.all(items.map((item) => group.publish([item])));
      const messages = await drain(queue);
      expect(messages.flat().toSorted()).toEqual(items.toSorted());
      expect(messages.length).toBeLessThan(100);
    });

    it('rides out a server that is killed and comes back, and stores nothing twice', async () => {
      const queue = test.open({ publishTimeoutMs: 1_000 });
      const group = publisher(queue, { messageItemsMax: 5, rideOutMs: 40_000 });
      const accepted: string[] = [];
      let isDown = false;
      const produce = async (producer: number) => {
        for (let index = 0; index < 40; index++) {
          const item = `${producer}-${index}`;
          await group.publish([item]);
          accepted.push(item);
          if (!isDown) await sleep(5);
        }
      };
      const producing = Promise.all(Array.from({ length: 10 }, (_, producer) => produce(producer)));
      await sleep(80);
      await test.server.kill();
      isDown = true;
      await test.server.start();
      await producing;
      const stored = (await drain(queue)).flat();
      expect(stored.toSorted()).toEqual(accepted.toSorted());
      expect(accepted).toHaveLength(400);
    }, 90_000);

    it('refuses all who wait when the queue stays away for too long', async () => {
      const queue = test.open({ publishTimeoutMs: 300 });
      const group = publisher(queue, { rideOutMs: 3_000 });
      await group.publish(['before']);
      await test.server.kill();
      const startedAt = performance.now();
      const waiting = Promise.allSettled(Array.from({ length: 5 }, (_, index) => group.publish([`${index}`])));
      for (const result of await waiting) {
        expect(result).toMatchObject({ status: 'rejected', reason: { name: 'QueueUnavailable', trouble: 'AWAY' } });
      }
      expect(performance.now() - startedAt).toBeGreaterThan(2_500);
      const againAt = performance.now();
      await expect(group.publish(['again'])).rejects.toMatchObject({ trouble: 'AWAY' });
      expect(performance.now() - againAt).toBeLessThan(2_500); // one try, as the queue is known to be away
      await test.server.start();
    }, 60_000);
  });
}
