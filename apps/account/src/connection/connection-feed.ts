import { ChangeFeed, ResumeTokenExpired } from '@kelp/change-feed';
import type { ConnectionChange } from '@kelp/contract-account';
import type { SourceFrame } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { storeUnavailable } from '../account.errors.js';
import { isAway } from '../database-failure.js';
import { resumeTokenExpired } from './connection.errors.js';
import { ConnectionRepository } from './connection.repository.js';

/** Tells watchers what becomes of connections. */
@Injectable()
export class ConnectionFeed implements OnModuleInit, OnApplicationShutdown {
  private readonly feed: ChangeFeed<ConnectionChange>;

  /**
   * @param url of the database, for a connection of its own on which it hears of changes
   * @param retentionMs how long deleted connections are kept
   */
  constructor(url: string, connections: ConnectionRepository, retentionMs: number, log: Logger) {
    this.feed = new ChangeFeed({
      connection: url,
      feed: 'connections',
      read: (afterRevision, limit) => connections.changes(afterRevision, limit),
      purge: { table: 'connection', retentionMs },
      log,
    });
  }

  onModuleInit(): Promise<void> {
    return this.feed.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.feed.stop();
  }

  /** @throws RESUME_TOKEN_EXPIRED, STORE_UNAVAILABLE */
  async *changes(resumeToken: string, signal: AbortSignal): AsyncGenerator<SourceFrame<ConnectionChange>> {
    try {
      yield* this.feed.changes(resumeToken, signal);
    } catch (error) {
      if (error instanceof ResumeTokenExpired) throw resumeTokenExpired(error);
      throw isAway(error) ? storeUnavailable(error) : error;
    }
  }
}
