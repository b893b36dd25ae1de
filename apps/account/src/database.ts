import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/prisma/client.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer is stuck: it fails, and the caller tries again. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** The connections to this service's PostgreSQL. */
@Injectable()
export class Database extends PrismaClient implements OnApplicationShutdown {
  /** @param connectionsMax how many connections there are at most; a further use waits for one */
  constructor(url: string, connectionsMax: number) {
    super({
      adapter: new PrismaPg({
        connectionString: url,
        max: connectionsMax,
        application_name: 'kelp-account',
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        statement_timeout: STATEMENT_TIMEOUT_MS,
        keepAlive: true,
      }),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}
