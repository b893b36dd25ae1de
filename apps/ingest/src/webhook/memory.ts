/**
 * How much memory the bodies of all requests under way may take together: what each connection may send alone would be
 * too much times the number of connections.
 */
export class BodyMemory {
  #taken = 0;

  /** @param bytesMax for all requests together */
  constructor(private readonly bytesMax: number) {}

  get taken(): number {
    return this.#taken;
  }

  /** A share for one request, empty at first. */
  share(): MemoryShare {
    return new MemoryShare(this);
  }

  /** @returns whether there was room */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.bytesMax) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** What one request takes of it. */
export class MemoryShare {
  private own = 0;

  constructor(private readonly memory: BodyMemory) {}

  /** @returns whether there was room */
  grow(bytes: number): boolean {
    if (!this.memory.take(bytes)) return false;
    this.own += bytes;
    return true;
  }

  release(): void {
    this.memory.giveBack(this.own);
    this.own = 0;
  }
}
