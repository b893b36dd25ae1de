/** How much may come at once, in seconds of what comes on average. */
const BURST_SECONDS = 10;

/** How many requests of a connection are taken: a bucket of tokens that fills evenly. */
export class RequestRate {
  private tokens: number;
  private filledMs: number;

  /** @param perSecondMax no limit where 0 */
  constructor(
    private readonly perSecondMax: number,
    nowMs = performance.now(),
  ) {
    this.tokens = perSecondMax * BURST_SECONDS;
    this.filledMs = nowMs;
  }

  /** Whether one more may come. */
  take(nowMs = performance.now()): boolean {
    const { perSecondMax } = this;
    if (perSecondMax === 0) return true;
    const filled = this.tokens + ((nowMs - this.filledMs) / 1_000) * perSecondMax;
    this.tokens = Math.min(filled, perSecondMax * BURST_SECONDS);
    this.filledMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
