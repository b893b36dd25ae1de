import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@kelp/testing';
import type { Queue } from '../src/index.js';
import { type Harness, keys, message, publishAll, staysPending, take, takeOne } from './harness.js';

/** What consumers can rely on. */
export function describeConsuming(test: Harness): void {
  describe('consuming', () => {
    it('gives messages in about the order of their arrival', async () => {
      const queue = test.open();
      for (const key of keys(10)) await queue.publish(message(key));
      const deliveries = await take(queue.consume({ prefetch: 10 }), 10);
      expect(deliveries.map(({ key }) => key)).toEqual(keys(10));
      await Promise.all(deliveries.map((delivery) => delivery.ack()));
      expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 });
    });

    it('wakes a consumer that waits', async () => {
      const deliveries = test.open().consume({ prefetch: 1 });
      const next = takeOne(deliveries);
      await sleep(300);
      await test.open().publish(message('awaited'));
      expect((await next).key).toBe('awaited');
    });

    it('never takes more than its prefetch unsettled', async () => {
      const queue = test.open({ leaseMs: 10_000 });
      await publishAll(queue, keys(10));
      const deliveries = queue.consume({ prefetch: 3 });
      const [first] = await take(deliveries, 3);
      const fourth = takeOne(deliveries);
      expect(await staysPending(fourth, 300)).toBe(true);
      expect(await queue.depth()).toMatchObject({ waiting: 7, inFlight: 3 });
      await first!.ack();
      await expect(fourth).resolves.toMatchObject({ attempt: 1 });
    });

    it('gives disjoint messages to many consumers', async () => {
      const published = keys(200);
      await publishAll(test.open(), published);
      const handled: string[] = [];
      const done = new AbortController();
      const consume = async (queue: Queue) => {
        for await (const delivery of queue.consume({ prefetch: 5, signal: done.signal })) {
          handled.push(delivery.key);
          await delivery.ack();
          if (handled.length === published.length) done.abort();
        }
      };
      await Promise.all(Array.from({ length: 8 }, () => consume(test.open({ leaseMs: 20_000 }))));
      expect(handled.toSorted()).toEqual(published);
    });

    it('does not redeliver what is worked on for longer than a lease', async () => {
      const queue = test.open({ leaseMs: 600 });
      await queue.publish(message('slow'));
      const delivery = await takeOne(queue.consume({ prefetch: 1 }));
      const elsewhere = test.open({ leaseMs: 600 }).consume({ prefetch: 1 });
      expect(await staysPending(elsewhere.next(), 2_500)).toBe(true);
      await delivery.ack();
      expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0 });
    });

    it('keeps a retried message back for its delay', async () => {
      const queue = test.open({ leaseMs: 10_000 });
      await queue.publish(message('later'));
      const deliveries = queue.consume({ prefetch: 1 });
      const delivery = await takeOne(deliveries);
      const retriedAt = performance.now();
      await delivery.retry(700);
      const again = await takeOne(deliveries);
      expect(performance.now() - retriedAt).toBeGreaterThanOrEqual(650);
      expect(again).toMatchObject({ id: delivery.id, key: 'later', attempt: 2 });
      await again.ack();
    });

    it('settles a delivery once', async () => {
      const queue = test.open();
      await queue.publish(message('k'));
      const delivery = await takeOne(queue.consume({ prefetch: 1 }));
      await delivery.ack();
      await delivery.retry(0);
      await delivery.dead('Too late.');
      expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0, dead: 0 });
    });

    it('gives what was not handed out to others at once, when an iteration ends', async () => {
      const leaver = test.open({ leaseMs: 30_000 });
      await publishAll(leaver, keys(4));
      for await (const delivery of leaver.consume({ prefetch: 4 })) {
        await delivery.ack();
        break;
      }
      const leftAt = performance.now();
      const rest = await take(test.open().consume({ prefetch: 4 }), 3);
      expect(rest.map(({ key }) => key).toSorted()).toEqual(keys(4).slice(1));
      expect(performance.now() - leftAt).toBeLessThan(25_000); // before the lease ended
    });

    it('ends the iteration when its signal fires, also while it waits', async () => {
      const leaving = new AbortController();
      const next = test.open().consume({ prefetch: 1, signal: leaving.signal }).next();
      await sleep(200);
      leaving.abort();
      await expect(next).resolves.toEqual({ done: true, value: undefined });
    });

    it('closes cleanly: iterations end, work under way is settled, the rest goes back', async () => {
      const queue = test.open({ leaseMs: 30_000, closeGraceMs: 2_000 });
      await publishAll(queue, keys(3));
      const deliveries = queue.consume({ prefetch: 3 });
      const [quick, stuck] = await take(deliveries, 2);
      const next = deliveries.next();
      await expect(next).resolves.toMatchObject({ done: false }); // the third: handed out, and never settled either
      const closing = queue.close();
      await expect(deliveries.next()).resolves.toMatchObject({ done: true });
      await quick!.ack();
      await closing;
      await expect(queue.publish(message('late'))).rejects.toMatchObject({ trouble: 'CLOSED' });
      const closedAt = performance.now();
      const others = await take(test.open().consume({ prefetch: 3 }), 2);
      expect(others.map(({ key }) => key)).toContain(stuck!.key);
      expect(performance.now() - closedAt).toBeLessThan(25_000); // before the lease ended
    });

    it('closes at once where nothing is under way', async () => {
      const queue = test.open({ closeGraceMs: 600_000 });
      const next = queue.consume({ prefetch: 1 }).next();
      await sleep(100);
      await queue.close();
      await queue.close();
      await expect(next).resolves.toMatchObject({ done: true });
      await eventually(() => expect(() => queue.consume({ prefetch: 1 })).toThrow('closed'));
    });
  });
}
