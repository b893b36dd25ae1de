/** Wakes whoever waits. A ring that nobody waits for is remembered once. */
export class Bell {
  #rung = false;
  #waiting: (() => void)[] = [];

  ring = (): void => {
    this.#rung = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  };

  /** Resolves at the next ring, or at once where there was one since the last wait. */
  async wait(): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#rung = false;
  }
}
