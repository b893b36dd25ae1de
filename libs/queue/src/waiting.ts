/** Resolves after `ms`, or when the signal fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/**
 * What the promise gives, unless time runs out or a signal fires before. Either ends the wait only, not what is waited
 * for.
 * @param late makes the error for when time runs out; a signal's error is its reason
 */
export function within<T>(
  promise: Promise<T>,
  timeoutMs: number,
  late: () => Error,
  ...signals: (AbortSignal | undefined)[]
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', abort);
    };
    const abort = () => {
      end();
      reject(signals.find((signal) => signal?.aborted)?.reason);
    };
    const timer = setTimeout(() => {
      end();
      reject(late());
    }, timeoutMs);
    promise.then(resolve, reject).finally(end);
    for (const signal of signals) signal?.addEventListener('abort', abort);
    if (signals.some((signal) => signal?.aborted)) abort();
  });
}

/** Pauses between tries: each about twice as long as the one before, scattered so that processes do not try in step. */
export class Backoff {
  private tries = 0;

  constructor(
    private readonly firstMs = 50,
    private readonly maxMs = 2_000,
    private readonly random: () => number = Math.random,
  ) {}

  /** How long the next pause is: between half and the whole of what has doubled, up to the bound. */
  next(): number {
    const ms = Math.min(this.maxMs, this.firstMs * 2 ** this.tries++);
    return ms * (0.5 + this.random() / 2);
  }

  reset(): void {
    this.tries = 0;
  }
}

/** Wakes whoever waits. A ring between looking and waiting is not lost: who waits names the last ring it has seen. */
export class Wakeup {
  private rings = 0;
  private readonly waiting = new Set<() => void>();

  get seen(): number {
    return this.rings;
  }

  ring(): void {
    this.rings++;
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  /** Resolves at the next ring after `seen`, at the signal, or after `timeoutMs`. */
  async after(seen: number, timeoutMs?: number, signal?: AbortSignal): Promise<void> {
    if (this.rings > seen || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(wake, timeoutMs);
      signal?.addEventListener('abort', wake);
      this.waiting.add(wake);
    });
  }
}
