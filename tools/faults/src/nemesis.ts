import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';
import { faults } from './faults.js';
import type { Random } from './random.js';
import type { World } from './world.js';

export interface NemesisOptions {
  readonly world: World;
  readonly random: Random;
  /** Which of the faults it knows: all. */
  readonly faults?: readonly Fault[];
  /** Hears which fault struck, and what. */
  onStrike(fault: string, what: string): void;
  /** How long it rests between two faults at the most, in milliseconds: 800. */
  readonly restMs?: number;
}

/** Strikes a fault after another until it is told to end. Every kind comes before one comes again. */
export class Nemesis {
  readonly #end = new AbortController();
  readonly #running: Promise<void>;

  constructor(private readonly options: NemesisOptions) {
    this.#running = this.run();
  }

  /** Strikes no more, and resolves once the last fault is over. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  private async run(): Promise<void> {
    const { world, random, onStrike, restMs = 800, faults: known = faults } = this.options;
    let left: Fault[] = [];
    for (;;) {
      await sleep(random.between(restMs / 4, restMs), undefined, { signal: this.#end.signal }).catch(() => undefined);
      if (this.#end.signal.aborted) return;
      if (left.length === 0) left = [...known];
      const fault = random.pick(left);
      left = left.filter((each) => each !== fault);
      const what = await fault.strike(world, random);
      if (what !== undefined) onStrike(fault.name, what);
    }
  }
}
