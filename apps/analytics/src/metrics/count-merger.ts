import { setTimeout as sleep } from 'node:timers/promises';
import { gauge, histogram, type Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CountRepository, MERGE_ENTRIES } from './count.repository.js';

/** Queries see pending counts too, so that a merge may wait for more: the same row is then written once, not often. */
const PAUSE_MS = 250;
/** With more entries pending than this, new events wait: merging would fall behind for ever, and queries slow down. */
const PENDING_MAX = 4 * MERGE_ENTRIES;

const pendingEntries = gauge(
  'kelp_analytics_pending_entries',
  'Counts by dimension, minute and type that are not merged yet.',
);
const mergeSeconds = histogram('kelp_analytics_merge_seconds', 'How long a merge of counts took.');

/** Merges the counts of commits into the roll-ups, for as long as the process lives. */
@Injectable()
export class CountMerger implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private behind = false;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly counts: CountRepository,
    private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Settles when the roll-ups keep up with the events: as a rule at once. */
  room(): Promise<void> {
    if (!this.behind) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const more = await this.merge();
      if (!more) await sleep(PAUSE_MS, undefined, { signal: this.stopped.signal }).catch(() => {}); // or the end comes first
    }
    this.open();
  }

  /** @returns whether there is more to merge at once */
  private async merge(): Promise<boolean> {
    const done = mergeSeconds.startTimer();
    try {
      const { merged, pending } = await this.counts.merge();
      if (merged > 0) done();
      pendingEntries.set(pending);
      this.behind = pending > PENDING_MAX;
      if (!this.behind) this.open();
      return merged >= MERGE_ENTRIES;
    } catch (error) {
      // The counts are safe where they are. Events go on: whether there is a database shows there.
      this.log.warn({ err: error }, 'Counts could not be merged; the next try follows.');
      this.open();
      return false;
    }
  }

  private open(): void {
    this.behind = false;
    const waiting = this.waiting;
    this.waiting = [];
    for (const go of waiting) go();
  }
}
