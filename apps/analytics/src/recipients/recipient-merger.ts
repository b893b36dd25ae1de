import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { RecipientRepository } from './recipient.repository.js';
import { FOLD_COMMITS } from './recipient-folding.js';

/** A sketch is written as a whole, so that it pays to wait for more. */
const PAUSE_MS = 2_000;

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
      const folded = await this.recipients.fold().catch((error: unknown) => {
        this.log.warn({ err: error }, 'Recipients could not be folded into their sketches; the next try follows.');
        return 0;
      });
      if (folded === FOLD_COMMITS) continue;
      await sleep(PAUSE_MS, undefined, { signal: this.stopped.signal }).catch(() => {}); // or the end comes first
    }
  }
}
