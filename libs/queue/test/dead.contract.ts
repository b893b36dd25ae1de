import type { Queue } from '../src/index.js';
import { type Harness, keys, message, staysPending, takeOne } from './harness.js';

async function bury(queue: Queue, key: string, reason: string): Promise<void> {
  await queue.publish(message(key));
  const deliveries = queue.consume({ prefetch: 1 });
  await (await takeOne(deliveries)).dead(reason);
  await deliveries.return?.();
}

/** What becomes of messages that nobody can work on. */
export function describeDeadMessages(test: Harness): void {
  describe('dead messages', () => {
    it('are kept with their reason', async () => {
      const queue = test.open();
      await bury(queue, 'poison', 'It cannot be\nread.');
      expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0, dead: 1 });
      const [dead] = await queue.listDead();
      expect(dead).toMatchObject({ key: 'poison', reason: 'It cannot be read.', attempts: 1 });
      expect(Buffer.from(dead!.body).toString()).toBe('poison');
      expect(dead!.diedAt.getTime()).toBeGreaterThanOrEqual(dead!.enqueuedAt.getTime());
    });

    it('are those that were retried as often as allowed', async () => {
      const queue = test.open({ attemptsMax: 3, leaseMs: 10_000 });
      await queue.publish(message('hopeless'));
      const deliveries = queue.consume({ prefetch: 1 });
      for (const attempt of [1, 2, 3]) {
        const delivery = await takeOne(deliveries);
        expect(delivery.attempt).toBe(attempt);
        await delivery.retry(0);
      }
      expect(await staysPending(deliveries.next(), 300)).toBe(true);
      expect(await queue.listDead()).toMatchObject([
        { key: 'hopeless', attempts: 3, reason: 'Given up after 3 attempts.' },
      ]);
    });

    it('are listed in pages, the oldest first', async () => {
      const queue = test.open();
      for (const key of keys(3)) await bury(queue, key, 'A test.');
      const [first, second] = await queue.listDead({ limit: 2 });
      const rest = await queue.listDead({ limit: 2, after: second!.id });
      expect([first, second, ...rest].map((dead) => dead?.key)).toEqual(keys(3));
      await expect(queue.listDead({ after: 'x' })).rejects.toThrow('"x" is not the id of a dead message.');
    });

    it('can be returned, once, with all their attempts', async () => {
      const queue = test.open();
      await bury(queue, 'mended', 'A bug.');
      await bury(queue, 'left', 'A bug.');
      const [dead] = await queue.listDead();
      expect(await queue.returnDead([dead!.id, '999999', 'nonsense'])).toBe(1);
      expect(await queue.returnDead([dead!.id])).toBe(0);
      const delivery = await takeOne(queue.consume({ prefetch: 1 }));
      expect(delivery).toMatchObject({ key: 'mended', attempt: 1 });
      expect(Buffer.from(delivery.body).toString()).toBe('mended');
      await delivery.ack();
      expect((await queue.listDead()).map(({ key }) => key)).toEqual(['left']);
    });

    it('can die again', async () => {
      const queue = test.open();
      await bury(queue, 'stubborn', 'A bug.');
      for (const reason of ['Still a bug.', 'A bug to this day.']) {
        const [dead] = await queue.listDead();
        await queue.returnDead([dead!.id]);
        const deliveries = queue.consume({ prefetch: 1 });
        await (await takeOne(deliveries)).dead(reason);
        await deliveries.return?.();
        expect(await queue.listDead()).toMatchObject([{ key: 'stubborn', reason }]);
      }
    });

    it('are bounded: the oldest go', async () => {
      const queue = test.open({ deadMax: 2 });
      for (const key of keys(4)) await bury(queue, key, 'A test.');
      expect((await queue.listDead()).map(({ key }) => key)).toEqual(keys(4).slice(2));
    });
  });
}
