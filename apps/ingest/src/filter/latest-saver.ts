import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Saves what is current, in the background: never two at once, never more often than every `pauseMs`, and always once
 * more after the last change.
 */
export class LatestSaver {
  #changed = false;
  #running: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(
    private readonly save: () => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
    private readonly pauseMs = 1_000,
  ) {}

  /** There is something new to save. */
  changed(): void {
    this.#changed = true;
    this.#running ??= this.run();
  }

  /** Saves what is not saved yet, without a pause. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  private async run(): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      try {
        await this.save();
      } catch (error) {
        this.onFailure(error);
      }
      await sleep(this.pauseMs, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
    }
    this.#running = undefined;
  }
}
