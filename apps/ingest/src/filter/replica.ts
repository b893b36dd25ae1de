import type { Table } from './table.js';

/** What a watch stream brings at once. */
export interface Frame<Change> {
  readonly items: readonly Change[];
  readonly resumeToken: string;
  readonly synced: boolean;
  /** A snapshot begins: what was known before ends with it. */
  readonly reset: boolean;
}

/**
 * A copy of what another service owns, without I/O. A snapshot is built up beside the table in use and replaces it as a
 * whole; a change takes effect between two requests, never within one.
 */
export class Replica<Change, T extends Table<Change>> {
  #current: T;
  #snapshot: T | undefined;
  #resumeToken = '';
  #complete = false;

  constructor(private readonly make: () => T) {
    this.#current = make();
  }

  get current(): T {
    return this.#current;
  }

  /** Whether everything has been here once, now or before a restart. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Where `current` stands: the watch resumes from here. */
  get resumeToken(): string {
    return this.#resumeToken;
  }

  /** @returns whether `current` changed */
  apply({ items, resumeToken, synced, reset }: Frame<Change>): boolean {
    if (reset) this.#snapshot = this.make();
    const table = this.#snapshot ?? this.#current;
    for (const change of items) table.apply(change);
    if (this.#snapshot && !synced) return false;
    this.#current = table;
    this.#snapshot = undefined;
    if (resumeToken) this.#resumeToken = resumeToken;
    if (synced) this.#complete = true;
    return true;
  }
}
