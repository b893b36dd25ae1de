import { setImmediate } from 'node:timers/promises';
import { Turns } from './turns.js';

it('lets no more work at once than there are turns, and everybody in the end, also after a failure', async () => {
  const turns = new Turns(2);
  let [working, most] = [0, 0];
  const work = async (fails: boolean) => {
    most = Math.max(most, ++working);
    await setImmediate();
    working--;
    if (fails) throw new Error('failed');
  };
  const all = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => turns.take(() => work(n % 3 === 0))));
  expect(most).toBe(2);
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(13);
});
