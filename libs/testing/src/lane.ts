/** What is done later, one after the other, whatever each is to wait. */
export class Lane {
  readonly #waiting: { at: number; act(): void }[] = [];

  add(delayMs: number, act: () => void): void {
    if (delayMs === 0 && this.#waiting.length === 0) {
      act();
      return;
    }
    const at = performance.now() + delayMs;
    this.#waiting.push({ at, act });
    if (this.#waiting.length === 1) this.wait();
  }

  private wait(): void {
    const [next] = this.#waiting;
    if (!next) return;
    setTimeout(() => {
      this.#waiting.shift();
      next.act();
      this.wait();
    }, next.at - performance.now());
  }
}
