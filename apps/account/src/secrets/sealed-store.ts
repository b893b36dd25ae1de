/** What became of some secrets that were to be sealed anew. */
export interface Resealed {
  readonly resealed: number;
  /** Names of what could not be opened: it is left as it is. */
  readonly broken: readonly string[];
  /** Where to go on; undefined where the end was reached. */
  readonly last: string | undefined;
}

/** A place in the database where secrets are sealed. */
export interface SealedStore {
  /** How many secrets each key seals, by its id; those that are not sealed yet by the empty one. */
  count(): Promise<ReadonlyMap<string, number>>;
  /**
   * Seals secrets anew that the current key has not sealed: at most `limit`, behind a place. What is changed meanwhile is
   * left to who changes it. Whoever does the same at the same time does no harm.
   */
  reseal(after: string, limit: number): Promise<Resealed>;
}
