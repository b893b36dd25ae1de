const MINUTE_MS = 60_000;
/** What sums of fractions may be off by. */
const ROUNDING_MS = 1e-3;
/** How many limits are looked at for having gone idle, with each call. */
const SWEEP = 2;

/**
 * Limits calls to so many in a minute, evenly: a call is refused where it comes so early that more than a minute's calls
 * would have come at once. Counts what this process sees.
 */
export class RateLimit {
  /** For each of those who call: when what they have used up is theirs again. */
  readonly #fullAt = new Map<string, number>();
  #sweeping = this.#fullAt.keys();

  /** How long to wait before the next call, in milliseconds; 0 where this one may be made, which then counts. */
  take(of: string, callsPerMinute: number, now = Date.now()): number {
    this.sweep(now);
    if (callsPerMinute <= 0) return 0;
    const cost = MINUTE_MS / callsPerMinute;
    const fullAt = Math.max(this.#fullAt.get(of) ?? now, now) + cost;
    if (fullAt - now > MINUTE_MS + ROUNDING_MS) return Math.ceil(fullAt - now - MINUTE_MS);
    this.#fullAt.set(of, fullAt);
    return 0;
  }

  /** Forgets who has not called for long, a little each time. */
  private sweep(now: number): void {
    for (let looked = 0; looked < SWEEP; looked++) {
      const { done, value } = this.#sweeping.next();
      if (done) {
        this.#sweeping = this.#fullAt.keys();
        return;
      }
      if ((this.#fullAt.get(value) ?? 0) <= now) this.#fullAt.delete(value);
    }
  }
}
