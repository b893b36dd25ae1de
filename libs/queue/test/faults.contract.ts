import { eventually } from '@kelp/testing';
import { childConsumers } from './child-consumer.js';
import { type Harness, keys, message, publishAll, take, takeOne } from './harness.js';

const RESTART_MS = 60_000;

/** What holds while processes and servers die. */
export function describeFaults(test: Harness): void {
  describe('under faults', () => {
    let consumers: Awaited<ReturnType<typeof childConsumers>>;
    beforeAll(async () => {
      consumers = await childConsumers(test.server.url);
    });
    afterAll(() => consumers.remove());

    it(
      'has a message on disk when its publish resolves',
      async () => {
        const queue = test.open();
        await publishAll(queue, keys(20));
        await test.server.kill();
        await test.server.start();
        const deliveries = await take(test.open().consume({ prefetch: 20 }), 20);
        expect(deliveries.map(({ key }) => key).toSorted()).toEqual(keys(20));
      },
      RESTART_MS,
    );

    it('gives a message to another consumer when its own dies', async () => {
      const queue = test.open();
      await queue.publish(message('orphan'));
      const child = consumers.start({ leaseMs: 1_000 }, 60_000);
      await child.next();
      const other = takeOne(queue.consume({ prefetch: 1 }));
      await child.kill();
      await expect(other).resolves.toMatchObject({ key: 'orphan', attempt: 2 });
    });

    it('puts a message aside that takes its consumers down with it', async () => {
      const queue = test.open({ attemptsMax: 2 });
      await queue.publish(message('deadly'));
      for (const _ of [1, 2]) {
        const child = consumers.start({ leaseMs: 500, attemptsMax: 2 }, 60_000);
        await child.next();
        await child.kill();
      }
      const bystander = queue.consume({ prefetch: 1 });
      const next = bystander.next();
      await eventually(async () => {
        expect(await queue.listDead()).toMatchObject([
          { key: 'deadly', attempts: 2, reason: 'Given up after 2 attempts.' },
        ]);
      });
      await bystander.return?.();
      await expect(next).resolves.toMatchObject({ done: true });
    });

    it(
      'loses nothing while consumers crash',
      async () => {
        const published = keys(120);
        const queue = test.open();
        await publishAll(queue, published);
        const options = { leaseMs: 1_000, attemptsMax: 100 };
        const crashed = [];
        for (const _ of [1, 2, 3, 4]) {
          const child = consumers.start(options, 10);
          crashed.push(child);
          for (let handed = 0; handed < 6; handed++) await child.next();
          await child.kill();
        }
        const last = consumers.start(options, 1);
        await eventually(async () => expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 }), {
          timeoutMs: 20_000,
        });
        await last.kill();
        const handed = new Set([...crashed, last].flatMap((child) => child.keys));
        expect([...handed].toSorted()).toEqual(published);
      },
      RESTART_MS,
    );

    it(
      'says so while the server is away, and goes on by itself when it is back',
      async () => {
        const queue = test.open({ publishTimeoutMs: 1_000 });
        const deliveries = queue.consume({ prefetch: 2 });
        await queue.publish(message('before'));
        await (await takeOne(deliveries)).ack();
        await test.server.kill();
        await expect(queue.publish(message('meanwhile'))).rejects.toMatchObject({
          name: 'QueueUnavailable',
          trouble: 'AWAY',
          retryAfterMs: expect.any(Number),
        });
        // A process of a killed PostgreSQL may answer once more before it notices.
        await eventually(() => expect(queue.depth()).rejects.toMatchObject({ trouble: 'AWAY' }));
        await test.server.start();
        await eventually(() => queue.publish(message('meanwhile')), { timeoutMs: 10_000 });
        let delivery = await takeOne(deliveries);
        if (delivery.key === 'before') delivery = await takeOne(deliveries); // the server may forget an ack, not a message
        expect(delivery.key).toBe('meanwhile');
      },
      RESTART_MS,
    );

    it(
      'settles what was delivered before the server went away',
      async () => {
        const queue = test.open({ leaseMs: 20_000 });
        await queue.publish(message('under-way'));
        const delivery = await takeOne(queue.consume({ prefetch: 1 }));
        await test.server.kill();
        const acked = delivery.ack();
        await test.server.start();
        await acked;
        expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 });
      },
      RESTART_MS,
    );

    it(
      'can be opened while the server is away',
      async () => {
        await test.server.kill();
        const queue = test.open({ publishTimeoutMs: 300 });
        await expect(queue.publish(message('early'))).rejects.toMatchObject({ trouble: 'AWAY' });
        await test.server.start();
        await eventually(() => queue.publish(message('in-time')), { timeoutMs: 10_000 });
      },
      RESTART_MS,
    );

    it('closes while the server is away', async () => {
      const queue = test.open();
      const next = queue.consume({ prefetch: 1 }).next();
      await queue.publish(message('k'));
      await next;
      await test.server.kill();
      await queue.close();
      await test.server.start();
    }, 60_000);
  });
}
