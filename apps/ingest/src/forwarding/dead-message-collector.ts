import { DeadLetterKind } from '@kelp/contract-ingest';
import type { Queue } from '@kelp/queue';
import type { Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DeadLetterRepository } from '../dead-letter/dead-letter.repository.js';

const EVERY_MS = 30_000;
const PAGE = 100;

/**
 * Shows what the queue itself gave up, such as a message that took every forwarder down that touched it, among the dead
 * letters. It stays in the queue's own store too, from where it can be returned whole.
 */
@Injectable()
export class DeadMessageCollector implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #collecting: Promise<void> | undefined;
  #after: string | undefined;

  constructor(
    private readonly queue: Queue,
    private readonly deadLetters: DeadLetterRepository,
    private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.collect(), EVERY_MS);
    void this.collect();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#collecting;
  }

  /** Copies those that are new since the last time; the same one twice is kept once. */
  collect(): Promise<void> {
    this.#collecting ??= this.copy().finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  private async copy(): Promise<void> {
    try {
      for (;;) {
        const messages = await this.queue.listDead({ limit: PAGE, ...(this.#after && { after: this.#after }) });
        for (const { id, body, reason } of messages) {
          await this.deadLetters.put('', [{ kind: DeadLetterKind.POISON, problem: reason, payload: body }]);
          this.#after = id;
        }
        if (messages.length < PAGE) return;
      }
    } catch (error) {
      this.log.warn({ err: error }, 'What the queue gave up cannot be listed yet.');
    }
  }
}
