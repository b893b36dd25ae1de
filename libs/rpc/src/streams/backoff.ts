import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffOptions {
  /** The first pause, in milliseconds: 50. */
  readonly firstMs?: number;
  /** The longest pause, in milliseconds: 5,000. */
  readonly maxMs?: number;
}

/** Pauses between tries: twice as long each time, with full jitter, so that not all clients come back at once. */
export class Backoff {
  #failures = 0;

  constructor(private readonly options: BackoffOptions = {}) {}

  /** The last try went well. */
  reset(): void {
    this.#failures = 0;
  }

  /** Waits before the next try, at least `atLeastMs`. Ends early, without an error, when the signal fires. */
  async pause(signal: AbortSignal, atLeastMs = 0): Promise<void> {
    const { firstMs = 50, maxMs = 5_000 } = this.options;
    const bound = Math.min(maxMs, firstMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    const ms = atLeastMs + Math.random() * bound;
    await sleep(ms, undefined, { signal, ref: true }).catch(() => {});
  }
}
