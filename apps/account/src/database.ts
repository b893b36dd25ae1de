import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/prisma/client.js';

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

/** Whether a statement was refused, as it would give a value twice that may be there once. */
export const isUniqueViolation = (error: unknown): boolean => isRefusal(error, 'P2002');

/** Whether a statement was refused, as it would refer to what is not there, or take away what others refer to. */
export const isReferenceViolation = (error: unknown): boolean => isRefusal(error, 'P2003');

const isRefusal = (error: unknown, code: string): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === code;
