import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/prisma/client.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer is stuck: it fails, and the caller tries again. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** The connections to this service's PostgreSQL, for everything but the queue, which has its own. */
@Injectable()
export class Database extends PrismaClient implements OnModuleInit, OnApplicationShutdown {
  /** @param connectionsMax how many connections there are at most; a further use waits for one */
  constructor(
    url: string,
    connectionsMax: number,
    private readonly log: Logger,
  ) {
    super({
      adapter: new PrismaPg({
        connectionString: url,
        max: connectionsMax,
        application_name: 'kelp-ingest',
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        statement_timeout: STATEMENT_TIMEOUT_MS,
        keepAlive: true,
      }),
    });
  }

  /** In the background: the first use takes long, and a webhook should not wait for it, nor the start for the database. */
  onModuleInit(): void {
    this.$connect().catch((error: unknown) => this.log.warn({ err: error }, 'The database is away at the start.'));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}
