import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';

/** A statement that takes longer is stuck: it fails, and the caller tries again. */
const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** How many statements are planned once. */
const PLANS_MAX = 200;

/** The connections to this service's PostgreSQL. One that broke is replaced by the next use. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly pool: pg.Pool;
  /** Of prepared statements. */
  private readonly names = new Map<string, string>();

  /** @param connectionsMax how many connections there are at most; a further use waits for one */
  constructor(url: string, connectionsMax: number, log: Logger) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: connectionsMax,
      application_name: 'kelp-analytics',
      statement_timeout: STATEMENT_TIMEOUT_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      options: '-c work_mem=32MB', // a merge sorts some megabytes
    });
    // Without listeners, a connection that breaks would end the process.
    this.pool.on('error', (error) => log.warn({ err: error }, 'An idle connection to PostgreSQL broke.'));
    this.pool.on('connect', (client) => client.on('error', () => {})); // whoever uses it hears of it from the query
  }

  /** Runs one statement on any connection. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const { rows } = await this.pool.query<Row>(sql, values);
    return rows;
  }

  /** Runs a statement that comes again and again: PostgreSQL plans it once for each connection, not each time. */
  async prepared<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const name = this.names.get(sql) ?? `kelp_${this.names.size}`;
    // Each connection keeps each plan: some statements have more forms than it should.
    if (this.names.size >= PLANS_MAX && !this.names.has(sql)) return this.query(sql, values);
    this.names.set(sql, name);
    const { rows } = await this.pool.query<Row>({ name, text: sql, values });
    return rows;
  }

  /** Lends a connection, for work that leaves no transaction open whether it succeeds or fails. */
  async use<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      return await work(client);
    } finally {
      client.release(); // the pool drops it where it broke
    }
  }

  /**
   * Lends a connection on which statements may take as long as they take.
   * @param signal ends the statement that is under way, which then fails
   */
  async atLength<T>(work: (client: pg.PoolClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const client = await this.pool.connect();
    let isCancelled = false;
    const cancel = () => {
      isCancelled = true;
      const { processID } = client as unknown as { processID: number };
      this.pool.query('select pg_cancel_backend($1)', [processID]).catch(() => {}); // then it ends by itself
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      await client.query('set statement_timeout = 0');
      return await work(client);
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (!isCancelled) await client.query('reset statement_timeout').catch(() => {}); // the pool drops one that broke
      // A cancellation that comes late must not meet somebody else's statement.
      client.release(isCancelled);
    }
  }

  /**
   * Does work in one transaction of one snapshot, which begins when it has these locks: whoever had them has finished.
   * @param locks names; always in the same order
   */
  async inSnapshot<T>(locks: readonly string[], work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return this.atLength(async (client) => {
      for (const lock of locks) await client.query('select pg_advisory_lock(hashtext($1))', [lock]);
      try {
        await client.query('begin isolation level repeatable read');
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => {}); // the first failure says more
        throw error;
      } finally {
        await client.query('select pg_advisory_unlock_all()').catch(() => {}); // or they end with the connection
      }
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
