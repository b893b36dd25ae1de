import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { isAway } from '../database-failure.js';
import type { AuditRepository } from './audit.repository.js';
import type { AuditService } from './audit.service.js';

const EVERY_MS = 5 * 60_000;
const AT_ONCE = 100;

/** Signs every log that has grown, every few minutes. Two processes at once sign the same thing, which does no harm. */
@Injectable()
export class AuditSigner implements OnApplicationShutdown {
  readonly #timer = setInterval(() => void this.signAll(), EVERY_MS).unref();
  #stopped = false;

  constructor(
    private readonly repository: AuditRepository,
    private readonly audit: AuditService,
    private readonly log: Logger,
  ) {}

  onApplicationShutdown(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  async signAll(): Promise<void> {
    try {
      for (let heads = await this.repository.unsignedHeads(AT_ONCE); heads.length > 0 && !this.#stopped; ) {
        for (const head of heads) await this.audit.signHead(head);
        if (heads.length < AT_ONCE) return;
        heads = await this.repository.unsignedHeads(AT_ONCE);
      }
    } catch (error) {
      if (!isAway(error)) this.log.error({ err: error }, 'could not sign audit logs');
    }
  }
}
