import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { apiKeyName } from '../account.names.js';
import { isAway } from '../database-failure.js';
import type { ApiKeyRepository } from './api-key.repository.js';

const EVERY_MS = 60_000;

/** Notes which keys are used, and writes it down once a minute: a use costs no write. */
@Injectable()
export class ApiKeyUses implements OnApplicationShutdown {
  #uses = new Map<string, Date>();
  readonly #timer = setInterval(() => void this.write(), EVERY_MS).unref();

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly log: Logger,
  ) {}

  /** @param principal a user's name or a key's */
  note(principal: string): void {
    const key = apiKeyName.parse(principal)?.apiKey;
    if (key) this.#uses.set(key, new Date());
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }

  async write(): Promise<void> {
    const uses = this.#uses;
    if (uses.size === 0) return;
    this.#uses = new Map();
    try {
      await this.keys.noteUses(uses);
    } catch (error) {
      // Newer uses count more than these.
      this.#uses = new Map([...uses, ...this.#uses]);
      if (!isAway(error)) this.log.error({ err: error }, 'could not note which keys were used');
    }
  }
}
