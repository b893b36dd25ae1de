import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 20;

/**
 * Repeats an assertion until it holds, and gives what it returns.
 * @param timeoutMs how long at most, 5 seconds by default
 * @throws what the assertion threw last, where it still does not hold
 */
export async function eventually<T>(assertion: () => T | Promise<T>, { timeoutMs = 5_000 } = {}): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
