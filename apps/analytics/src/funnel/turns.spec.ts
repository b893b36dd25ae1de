import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from './turns.js';

describe('turns', () => {
  const { signal } = new AbortController();

  it('let so many run at once, and all run in the end, in order', async () => {
    const turns = new Turns(2);
    let running = 0;
    let most = 0;
    const started: number[] = [];
    const all = Array.from({ length: 20 }, (_, index) =>
      turns.take(signal, async () => {
        started.push(index);
        running += 1;
        most = Math.max(most, running);
        await sleep(1);
        running -= 1;
        if (index % 3 === 0) throw new Error('failed');
      }),
    );
    await Promise.allSettled(all);
    expect(most).toBe(2);
    expect(started).toEqual(all.map((_, index) => index));
  });

  it('are not taken by whoever has gone meanwhile, and go on', async () => {
    const turns = new Turns(1);
    const gone = new AbortController();
    const first = turns.take(signal, () => sleep(2, 'first'));
    const second = turns.take(gone.signal, async () => 'second');
    const third = turns.take(signal, async () => 'third');
    gone.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    expect(await Promise.all([first, third])).toEqual(['first', 'third']);
  });
});
