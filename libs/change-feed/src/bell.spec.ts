import { Bell } from './bell.js';

describe('a bell', () => {
  it('is heard by who began to wait only after it rang', async () => {
    const bell = new Bell();
    const last = bell.last;
    bell.ring();
    await bell.after(last);
  });

  it('wakes all who wait', async () => {
    const bell = new Bell();
    const waiting = [bell.after(bell.last), bell.after(bell.last)];
    bell.ring();
    await Promise.all(waiting);
  });

  it('lets go who gives up waiting', async () => {
    const bell = new Bell();
    const giveUp = new AbortController();
    const waiting = bell.after(bell.last, { signal: giveUp.signal });
    giveUp.abort();
    await waiting;
    await bell.after(bell.last, { signal: giveUp.signal });
    await bell.after(bell.last, { timeoutMs: 1 });
  });
});
