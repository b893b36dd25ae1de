export interface HearOptions {
  /** Ends the wait. */
  signal?: AbortSignal;
  /** Ends the wait after so long. Never where left out. */
  timeoutMs?: number;
}

/**
 * Wakes those who wait. A ring between looking and waiting is not lost: who waits says which ring it has answered last.
 *
 *     const last = bell.last;
 *     if (nothingToDo()) await bell.after(last, { signal });
 */
export class Bell {
  private rings = 0;
  private readonly waiting = new Set<() => void>();

  /** The number of the last ring. */
  get last(): number {
    return this.rings;
  }

  ring(): void {
    this.rings++;
    for (const wake of [...this.waiting]) wake();
  }

  /** Resolves at once where it has rung after `last`, else with the next ring, the time-out or the signal. */
  async after(last: number, { signal, timeoutMs }: HearOptions = {}): Promise<void> {
    if (this.rings > last || signal?.aborted) return;
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
