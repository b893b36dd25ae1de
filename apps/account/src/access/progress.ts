interface Waiting {
  readonly revision: bigint;
  resolve(): void;
}

/** After this long, something is wrong with the database or with its notifications. */
const PATIENCE_MS = 5_000;

/** How far something that is told of revisions has come, for those who wait for one. */
export class Progress {
  #revision = -1n;
  #waiting: Waiting[] = [];

  reached(revision: bigint): void {
    this.#revision = revision;
    const done = this.#waiting.filter((one) => one.revision <= revision);
    if (done.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => one.revision > revision);
    for (const { resolve } of done) resolve();
  }

  /** Whether the revision was reached, as soon as it is; false where that takes too long, or nobody waits any more. */
  async reaches(revision: bigint, signal: AbortSignal): Promise<boolean> {
    if (this.#revision >= revision) return true;
    await new Promise<void>((resolve) => {
      const waiting = { revision, resolve: () => end() };
      const timer = setTimeout(() => end(), PATIENCE_MS);
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      this.#waiting.push(waiting);
      if (signal.aborted) end();
    });
    return this.#revision >= revision;
  }
}
