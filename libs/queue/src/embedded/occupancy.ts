import { queueFull } from '../queue.errors.js';

const SAMPLE_PAUSE_MS = 250;
/** Looking takes at most this share of the time, however long the table is. */
const SAMPLE_SHARE = 1 / 20;

/**
 * Keeps the queue below its bound without a counter that every publish would have to lock: it looks at the table now
 * and then, and adds what this process has published since. Other processes may overstep the bound by what they publish
 * between two looks.
 */
export class Occupancy {
  private sampledBytes = Number.POSITIVE_INFINITY;
  private publishedBytes = 0;
  private publishedBytesAtSample = 0;
  private sampledUntil = Number.NEGATIVE_INFINITY;
  private sampling: Promise<void> | undefined;

  constructor(
    private readonly bytesMax: number,
    private readonly bytesNow: () => Promise<number>,
  ) {}

  /** Counts the bytes in, where there is room for them. @throws QueueUnavailable */
  async admit(bytes: number): Promise<void> {
    if (performance.now() >= this.sampledUntil && !this.sampling) {
      this.sampling = this.sample();
      this.sampling.catch(() => undefined); // who waits for it hears of it; else the next publish looks again
    }
    // While the last look says that there is room, nobody waits for the next one.
    if (this.sampling && !this.hasRoom(bytes)) await this.sampling;
    if (!this.hasRoom(bytes)) throw queueFull('The queue');
    this.publishedBytes += bytes;
  }

  private hasRoom(bytes: number): boolean {
    return this.sampledBytes + this.publishedBytes - this.publishedBytesAtSample + bytes <= this.bytesMax;
  }

  private async sample(): Promise<void> {
    const startedAt = performance.now();
    const publishedBefore = this.publishedBytes;
    try {
      this.sampledBytes = await this.bytesNow();
      this.publishedBytesAtSample = publishedBefore;
      const endedAt = performance.now();
      this.sampledUntil = endedAt + Math.max(SAMPLE_PAUSE_MS, (endedAt - startedAt) / SAMPLE_SHARE);
    } finally {
      this.sampling = undefined;
    }
  }
}
