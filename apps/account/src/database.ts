import { currentCall } from '@kelp/rpc';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/prisma/client.js';
import { beginAs, TenantClient } from './tenant-client.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** A statement that takes longer is stuck: it fails, and the caller tries again. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** How many different statements a connection keeps prepared. */
const PREPARED_MAX = 500;

/** What can be done within a transaction. */
export type Transaction = Prisma.TransactionClient;

/**
 * The connections to this service's PostgreSQL. What is done with them outside of `inOrganization` is done for all
 * organizations.
 */
@Injectable()
export class Database extends PrismaClient implements OnApplicationShutdown {
  /** @param connectionsMax how many connections there are at most; a further use waits for one */
  constructor(url: string, connectionsMax: number) {
    const pool = {
      connectionString: url,
      max: connectionsMax,
      application_name: 'kelp-account',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      Client: TenantClient as never, // Prisma brings types of pg of its own
    };
    super({ adapter: new PrismaPg(pool, { statementNameGenerator: preparedNames() }) });
  }

  /**
   * Does work for one organization, in one transaction, as a role that sees and writes nothing of any other: row-level
   * security, whatever the queries say. What it changes is recorded with whoever makes the present call.
   * @param as whom it is recorded with instead: who is signing in makes a call as nobody yet
   */
  async inOrganization<T>(
    organization: string,
    work: (transaction: Transaction) => Promise<T>,
    as?: string,
  ): Promise<T> {
    const call = currentCall();
    const { requestId = '' } = call?.context ?? {};
    const actor = as ?? call?.context.actor ?? '';
    return beginAs({ organization, actor, caller: call?.caller ?? '', requestId }, (requireBegun) =>
      this.$transaction(
        async (transaction) => {
          requireBegun();
          return await work(transaction);
        },
        { maxWait: CONNECT_TIMEOUT_MS, timeout: STATEMENT_TIMEOUT_MS },
      ),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}

/** Names statements, so that PostgreSQL parses and plans each of them once a connection. */
function preparedNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    if (!names.has(sql) && names.size < PREPARED_MAX) names.set(sql, `s${names.size}`);
    return names.get(sql) ?? ''; // without a name it is not kept
  };
}

/** Whether a statement was refused, as it would give a value twice that may be there once. */
export const isUniqueViolation = (error: unknown): boolean => isRefusal(error, 'P2002');

/** Whether a statement was refused, as it would refer to what is not there, or take away what others refer to. */
export const isReferenceViolation = (error: unknown): boolean => isRefusal(error, 'P2003');

const isRefusal = (error: unknown, code: string): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === code;
