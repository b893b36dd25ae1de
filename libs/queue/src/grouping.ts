export interface GroupLimits<T> {
  /** How much a group may count at most; one thing alone may be more. */
  readonly countMax: number;
  readonly bytesMax: number;
  /** How many flushes may run at once. A further one starts only for a group that is full: a small one is better off waiting. */
  readonly lanes: number;
  /** How much one thing counts. */
  countOf(thing: T): number;
  bytesOf(thing: T): number;
}

interface Waiting<T> {
  readonly thing: T;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Natural group commit: whatever arrives during one flush is the next group. There is no timer: where little arrives
 * nothing waits, and the more arrives, the larger the groups. Groups are formed in the order of arrival.
 */
export class Grouping<T> {
  private readonly waiting: Waiting<T>[] = [];
  private waitingCount = 0;
  private waitingBytes = 0;
  private flushing = 0;
  private scheduled = false;
  private whenIdle: (() => void)[] = [];

  /** @param flush makes a group durable; what it throws is what everything in the group gets */
  constructor(
    private readonly flush: (things: T[]) => Promise<void>,
    private readonly limits: GroupLimits<T>,
  ) {}

  /**
   * Resolves once a flush with the thing in it is done.
   * @param signal takes the thing out again, and ends the wait, where no flush has it yet
   */
  add(thing: T, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { thing, resolve, reject };
      this.waiting.push(entry);
      this.count(thing, 1);
      signal?.addEventListener('abort', () => this.withdraw(entry, signal.reason), { once: true });
      this.schedule();
    });
  }

  /** Resolves once nothing waits and no flush runs. */
  async idle(): Promise<void> {
    if (this.waiting.length > 0 || this.flushing > 0) {
      await new Promise<void>((resolve) => this.whenIdle.push(resolve));
    }
  }

  private withdraw(entry: Waiting<T>, reason: unknown): void {
    const index = this.waiting.indexOf(entry);
    if (index < 0) return;
    this.waiting.splice(index, 1);
    this.count(entry.thing, -1);
    entry.reject(reason);
    this.schedule();
  }

  private count(thing: T, sign: 1 | -1): void {
    this.waitingCount += sign * this.limits.countOf(thing);
    this.waitingBytes += sign * this.limits.bytesOf(thing);
  }

  /** Not at once: what the same turn of the event loop reads from other sockets belongs to the same group. */
  private schedule(): void {
    if (this.scheduled || this.flushing >= this.limits.lanes) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.start();
    });
  }

  private start(): void {
    const { lanes, countMax, bytesMax } = this.limits;
    while (this.waiting.length > 0 && this.flushing < lanes) {
      const isFull = this.waitingCount >= countMax || this.waitingBytes >= bytesMax;
      if (this.flushing > 0 && !isFull) return;
      void this.run(this.takeGroup());
    }
    if (this.waiting.length === 0 && this.flushing === 0) {
      for (const resolve of this.whenIdle.splice(0)) resolve();
    }
  }

  private takeGroup(): Waiting<T>[] {
    let [length, count, bytes] = [0, 0, 0];
    for (const { thing } of this.waiting) {
      const [countNext, bytesNext] = [count + this.limits.countOf(thing), bytes + this.limits.bytesOf(thing)];
      if (length > 0 && (countNext > this.limits.countMax || bytesNext > this.limits.bytesMax)) break;
      [length, count, bytes] = [length + 1, countNext, bytesNext];
    }
    this.waitingCount -= count;
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, length);
  }

  private async run(group: Waiting<T>[]): Promise<void> {
    this.flushing++;
    try {
      await this.flush(group.map(({ thing }) => thing));
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
    this.flushing--;
    this.schedule(); // also where nothing waits, for those who wait until it is idle
  }
}
