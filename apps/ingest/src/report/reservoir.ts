/**
 * A sample of all that was offered, each with the same chance, without keeping the rest: algorithm L, which says in advance
 * how many to pass over, so that those cost a comparison.
 */
export class Reservoir<T> {
  readonly samples: T[] = [];
  #offered = 0;
  /** Which one is taken next, counted from 1, once the reservoir is full. */
  #next = 0;
  #weight = 1;

  /** @param random gives numbers from 0 up to 1 */
  constructor(
    private readonly sizeMax: number,
    private readonly random: () => number = Math.random,
  ) {}

  get offered(): number {
    return this.#offered;
  }

  /** @param make gives what is offered, and is called only where it is taken; undefined where there is nothing to show */
  offer(make: () => T | undefined): void {
    this.#offered++;
    if (this.samples.length < this.sizeMax) {
      const sample = make();
      if (sample !== undefined) this.samples.push(sample);
      if (this.samples.length === this.sizeMax) this.passOver();
    } else if (this.#offered === this.#next) {
      const sample = make();
      if (sample !== undefined) this.samples[Math.floor(this.random() * this.sizeMax)] = sample;
      this.passOver();
    }
  }

  private passOver(): void {
    this.#weight *= Math.exp(Math.log(1 - this.random()) / this.sizeMax);
    const passed = Math.floor(Math.log(1 - this.random()) / Math.log(1 - this.#weight));
    this.#next = this.#offered + 1 + passed;
  }
}
