import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { isDatabaseAway } from './database-away.js';
import { PrismaClient } from './generated/prisma/client.js';
import { storeUnavailable } from './store.errors.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer is stuck: it fails, and the caller tries again. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** Runs a query. @throws STORE_UNAVAILABLE where the database is away */
async function available<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw isDatabaseAway(error) ? storeUnavailable(error) : error;
  }
}

const extended = (client: PrismaClient) =>
  client.$extends({ query: { $allOperations: ({ args, query }) => available(() => query(args)) } });

/** The connections to this service's PostgreSQL. One that broke is replaced by the next use. */
@Injectable()
export class Database implements OnApplicationShutdown {
  /** Its queries fail with STORE_UNAVAILABLE where the database is away. */
  readonly client: ReturnType<typeof extended>;

  /** @param connectionsMax how many connections there are at most; a further use waits for one */
  constructor(url: string, connectionsMax: number) {
    const adapter = new PrismaPg({
      connectionString: url,
      max: connectionsMax,
      application_name: 'kelp-template',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
    });
    this.client = extended(new PrismaClient({ adapter }));
  }

  /** All of it or nothing. @throws STORE_UNAVAILABLE where the database is away */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return available(() => this.client.$transaction(work));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.$disconnect();
  }
}

export type Transaction = Parameters<Parameters<Database['client']['$transaction']>[0]>[0];
