import { ChangeFeed, ResumeTokenExpired } from '@kelp/change-feed';
import type { TemplateChange } from '@kelp/contract-template';
import type { SourceFrame } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { resumeTokenExpired } from './template.errors.js';
import { TemplateRepository } from './template.repository.js';

/** Tells watchers what is published. */
@Injectable()
export class TemplateFeed implements OnModuleInit, OnApplicationShutdown {
  private readonly feed: ChangeFeed<TemplateChange>;

  /** @param url of the database, for a connection of its own on which it hears of changes */
  constructor(url: string, templates: TemplateRepository, log: Logger) {
    this.feed = new ChangeFeed({
      connection: url,
      feed: 'published_templates',
      read: (afterRevision, limit) => templates.published(afterRevision, limit),
      log,
    });
  }

  onModuleInit(): Promise<void> {
    return this.feed.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.feed.stop();
  }

  /** @throws RESUME_TOKEN_EXPIRED */
  async *changes(resumeToken: string, signal: AbortSignal): AsyncGenerator<SourceFrame<TemplateChange>> {
    try {
      yield* this.feed.changes(resumeToken, signal);
    } catch (error) {
      throw error instanceof ResumeTokenExpired ? resumeTokenExpired(error) : error;
    }
  }
}
