import { setTimeout as sleep } from 'node:timers/promises';
import { gauge, histogram, type Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RecipientRepository } from './recipient.repository.js';
import { FOLD_COMMITS } from './recipient-folding.js';

/** A sketch is written as a whole, so that it pays to wait for more. */
const PAUSE_MS = 2_000;

const pendingCommits = gauge(
  'kelp_analytics_pending_recipient_commits',
  'Commits whose recipients are not folded into sketches yet.',
);
const foldSeconds = histogram('kelp_analytics_fold_seconds', 'How long it took to fold recipients into sketches.');

/** Folds what commits left behind into the sketches of recipients, for as long as the process lives. */
@Injectable()
export class RecipientMerger implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly recipients: RecipientRepository,
    private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const more = await this.fold();
      if (more) continue;
      await sleep(PAUSE_MS, undefined, { signal: this.stopped.signal }).catch(() => {}); // or the end comes first
    }
  }

  /** @returns whether there is more to fold at once */
  private async fold(): Promise<boolean> {
    const done = foldSeconds.startTimer();
    try {
      const { folded, pending } = await this.recipients.fold();
      if (folded > 0) done();
      pendingCommits.set(pending);
      return folded === FOLD_COMMITS;
    } catch (error) {
      // What is pending is safe where it is.
      this.log.warn({ err: error }, 'Recipients could not be folded into their sketches; the next try follows.');
      return false;
    }
  }
}
