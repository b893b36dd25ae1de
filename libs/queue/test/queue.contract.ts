import { eventually } from '@kelp/testing';
import { MESSAGE_BYTES_MAX, MessageRefused } from '../src/index.js';
import { describeConsuming } from './consuming.contract.js';
import { describeDeadMessages } from './dead.contract.js';
import { describeFaults } from './faults.contract.js';
import { harness, keys, message, publishAll, takeOne } from './harness.js';
import { describePublisher } from './publisher.contract.js';
import type { QueueServer } from './queue-server.js';

/** What every queue promises, whatever it is made of. */
export function describeQueue(name: string, launch: () => Promise<QueueServer>): void {
  describe(name, () => {
    const test = harness(launch);

    describe('publishing', () => {
      it('stores opaque bytes', async () => {
        const queue = test.open();
        const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
        const before = Date.now();
        await queue.publish({ key: 'bytes', body });
        const delivery = await takeOne(queue.consume({ prefetch: 1 }));
        expect(Buffer.from(delivery.body)).toEqual(body);
        expect(delivery).toMatchObject({ key: 'bytes', attempt: 1 });
        expect(delivery.enqueuedAt.getTime()).toBeGreaterThan(before - 1_000);
        expect(delivery.enqueuedAt.getTime()).toBeLessThan(Date.now() + 1_000);
        await delivery.ack();
      });

      it('takes an empty body, and one of the largest size', async () => {
        const queue = test.open();
        await queue.publish(message('a-empty', 0));
        await queue.publish(message('b-large', MESSAGE_BYTES_MAX));
        const deliveries = queue.consume({ prefetch: 2 });
        for (const bytes of [0, MESSAGE_BYTES_MAX]) {
          const delivery = await takeOne(deliveries);
          expect(delivery.body).toHaveLength(bytes);
          await delivery.ack();
        }
      });

      it('refuses what could never be stored', async () => {
        const queue = test.open();
        await expect(queue.publish(message('k', MESSAGE_BYTES_MAX + 1))).rejects.toThrow(MessageRefused);
        for (const key of ['', 'with space', 'line\nbreak', 'ä', 'x'.repeat(129)]) {
          await expect(queue.publish({ key, body: Buffer.alloc(1) })).rejects.toThrow(MessageRefused);
        }
      });

      it('stores a key that is published several times once', async () => {
        const queue = test.open();
        await Promise.all(Array.from({ length: 20 }, () => queue.publish(message('same'))));
        await test.open().publish(message('same'));
        expect(await queue.depth()).toMatchObject({ waiting: 1 });
      });

      it('stores a key once also where its message was consumed in between', async () => {
        const queue = test.open();
        await queue.publish(message('same'));
        const delivery = await takeOne(queue.consume({ prefetch: 1 }));
        await delivery.ack();
        await queue.publish(message('same'));
        expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 });
      });

      it('stops waiting when its signal fires', async () => {
        const queue = test.open();
        const reason = new Error('The caller went away.');
        await expect(queue.publish(message('k'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      });

      it('refuses more than fits, and goes on when there is room again', async () => {
        const queue = test.open({ bytesMax: 500_000 });
        const published: string[] = [];
        const fill = async () => {
          for (const key of keys(20)) {
            await queue.publish(message(key, 100_000));
            published.push(key);
          }
        };
        await expect(fill()).rejects.toMatchObject({ trouble: 'FULL', retryAfterMs: expect.any(Number) });
        expect(published.length).toBeGreaterThanOrEqual(3);
        expect(published.length).toBeLessThanOrEqual(5);
        let left = published.length;
        for await (const delivery of queue.consume({ prefetch: 10 })) {
          await delivery.ack();
          if (--left === 0) break;
        }
        await eventually(() => queue.publish(message('later', 100_000)));
      });
    });

    describe('depth', () => {
      it('counts what waits and what is in flight, over all processes, and the age of the oldest', async () => {
        const queue = test.open({ leaseMs: 10_000 });
        expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 0, oldestAgeMs: 0 });
        await publishAll(queue, keys(5));
        const deliveries = queue.consume({ prefetch: 2 });
        const first = await takeOne(deliveries);
        const other = test.open();
        await eventually(async () => expect(await other.depth()).toMatchObject({ waiting: 3, inFlight: 2 }));
        await eventually(async () => expect((await other.depth()).oldestAgeMs).toBeGreaterThan(200));
        await first.dead('A test.');
        await eventually(async () => expect(await other.depth()).toMatchObject({ waiting: 2, inFlight: 2, dead: 1 }));
      });
    });

    describeConsuming(test);
    describeDeadMessages(test);
    describeFaults(test);
    describePublisher(test);
  });
}
