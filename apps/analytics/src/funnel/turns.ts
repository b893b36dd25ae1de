/** Lets so many pieces of work run at once, and all others wait for their turn, first come first served. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly atOnceMax: number) {}

  /** Does the work when it is its turn, unless the signal fires while it waits. */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnceMax) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    } else {
      this.running += 1;
    }
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
