import fc from 'fast-check';
import { Backoff, pause, Wakeup, within } from './waiting.js';

describe('a back-off', () => {
  it('pauses ever longer up to its bound, never less than half of that, and starts anew', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const backoff = new Backoff(50, 2_000, () => random);
        const pauses = Array.from({ length: 8 }, () => backoff.next());
        const whole = [50, 100, 200, 400, 800, 1_600, 2_000, 2_000];
        for (const [index, ms] of pauses.entries()) {
          expect(ms).toBeGreaterThanOrEqual(whole[index]! / 2);
          expect(ms).toBeLessThanOrEqual(whole[index]!);
        }
        backoff.reset();
        expect(backoff.next()).toBeLessThanOrEqual(50);
      }),
    );
  });
});

describe('a wakeup', () => {
  it('wakes all who wait', async () => {
    const wakeup = new Wakeup();
    const waiting = [wakeup.after(wakeup.seen), wakeup.after(wakeup.seen)];
    wakeup.ring();
    await Promise.all(waiting);
  });

  it('does not let a ring between looking and waiting be missed', async () => {
    const wakeup = new Wakeup();
    const { seen } = wakeup;
    wakeup.ring();
    await wakeup.after(seen);
  });

  it('ends the wait at its time-out and at its signal', async () => {
    const wakeup = new Wakeup();
    await wakeup.after(wakeup.seen, 1);
    const leaving = new AbortController();
    const waiting = wakeup.after(wakeup.seen, undefined, leaving.signal);
    leaving.abort();
    await waiting;
    await wakeup.after(wakeup.seen, undefined, leaving.signal);
  });
});

describe('a bounded wait', () => {
  const late = () => new Error('Late.');

  it('gives what the promise gives', async () => {
    await expect(within(Promise.resolve(1), 1_000, late)).resolves.toBe(1);
    await expect(within(Promise.reject(new Error('No.')), 1_000, late)).rejects.toThrow('No.');
  });

  it('ends when time runs out, or any of its signals fires', async () => {
    const never = new Promise<void>(() => {});
    await expect(within(never, 1, late)).rejects.toThrow('Late.');
    const [one, other] = [new AbortController(), new AbortController()];
    const waiting = within(never, 1_000, late, one.signal, undefined, other.signal);
    other.abort(new Error('Left.'));
    await expect(waiting).rejects.toThrow('Left.');
    await expect(within(never, 1_000, late, one.signal, other.signal)).rejects.toThrow('Left.');
  });
});

it('pauses until its signal fires at the latest', async () => {
  const leaving = new AbortController();
  const pausing = pause(60_000, leaving.signal);
  leaving.abort();
  await pausing;
  await pause(60_000, leaving.signal);
});
