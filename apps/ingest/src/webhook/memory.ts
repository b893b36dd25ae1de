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
    let own = 0;
    return {
      grow: (bytes) => {
        if (this.#taken + bytes > this.bytesMax) return false;
        own += bytes;
        this.#taken += bytes;
        return true;
      },
      release: () => {
        this.#taken -= own;
        own = 0;
      },
    };
  }
}

export interface MemoryShare {
  /** @returns whether there was room */
  grow(bytes: number): boolean;
  release(): void;
}
