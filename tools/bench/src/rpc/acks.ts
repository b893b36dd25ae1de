/** Those who wait for an acknowledgement, in order. */
export class Acks {
  #waiting: (() => void)[] = [];
  #first = 0;

  /** Resolves with the next acknowledgement that nobody else waits for. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** One came. */
  take(): void {
    const resolve = this.#waiting[this.#first++];
    if (!resolve) throw new Error('An acknowledgement came that nobody waits for.');
    resolve();
    if (this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
  }
}
