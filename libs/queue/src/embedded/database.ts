import type { Logger } from '@kelp/telemetry';
import pg from 'pg';
import { queueAway, queueFull } from '../queue.errors.js';
import { copyOut } from './copy-out.js';

export interface DatabaseOptions {
  /** Of the database that has the queue's tables. */
  readonly url: string;
  /** How many connections at most publish, and how many consume. */
  readonly connectionsMax: number;
  /** How long a statement, or the wait for a connection, may take. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

const DISK_FULL = '53100';
const TABLE_MISSING = ['42P01', '42703'];
/** SQLSTATE classes that pass: connection, rollback, resources, lock, intervention, system; and a server in recovery. */
const PASSING = /^(08|40|53|55|57|58)|^25006/;

/** The queue's connections to PostgreSQL: made as needed, and made anew after the server was away. */
export class Database {
  /** Answers a commit when it is on disk. */
  private readonly durable: pg.Pool;
  /** Answers before: what a crash of the server can lose here are leases and settlements, after which messages come again. */
  private readonly quick: pg.Pool;

  constructor({ url, connectionsMax, timeoutMs, log }: DatabaseOptions) {
    const open = (synchronousCommit: 'on' | 'off') => {
      const pool = new pg.Pool({
        connectionString: url,
        application_name: 'kelp queue',
        options: `-c synchronous_commit=${synchronousCommit}`,
        max: connectionsMax,
        connectionTimeoutMillis: timeoutMs,
        query_timeout: timeoutMs,
        keepAlive: true,
      });
      // An idle connection broke: the next statement opens another one.
      pool.on('error', (error) => log.debug({ err: error }, 'The queue lost a connection to its database.'));
      // One in use breaks before, in or after its statement: without a listener of its own, that would end the process.
      pool.on('connect', (client) => client.on('error', () => {}));
      return pool;
    };
    this.durable = open('on');
    this.quick = open('off');
  }

  /** Resolves once what the statement wrote is on disk. @throws QueueUnavailable */
  write(text: string, values: unknown[]): Promise<number> {
    return run(this.durable, text, values).then(({ rowCount }) => rowCount ?? 0);
  }

  /** What it writes may be undone by a crash of the server within a moment. @throws QueueUnavailable */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await run<Row>(this.quick, text, values)).rows;
  }

  /** The rows of a `copy … to stdout (format binary)`, as `query` runs it. @throws QueueUnavailable */
  async copyOut(text: string): Promise<Buffer[]> {
    let client: pg.PoolClient | undefined;
    try {
      client = await this.quick.connect();
      const rows = await copyOut(client, text);
      client.release();
      return rows;
    } catch (error) {
      client?.release(!(error instanceof pg.DatabaseError)); // after a refusal it is whole, else nobody knows
      throw translate(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.durable.end(), this.quick.end()]);
  }
}

async function run<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: unknown[],
): Promise<pg.QueryResult<Row>> {
  try {
    return await pool.query<Row>({ name: nameOf(text), text, values });
  } catch (error) {
    throw translate(error);
  }
}

const names = new Map<string, string>();

/** One name a statement: a named one is prepared once a connection. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `kelp_queue_${names.size}`;
  names.set(text, name);
  return name;
}

function translate(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return queueAway(error);
  const code = error.code ?? '';
  if (code === DISK_FULL) return queueFull("The disk of the queue's database", error);
  if (TABLE_MISSING.includes(code)) {
    return new Error(
      "The queue's tables are missing: the service's migrations have to hold libs/queue/migration.sql.",
      {
        cause: error,
      },
    );
  }
  return PASSING.test(code) ? queueAway(error) : error;
}
