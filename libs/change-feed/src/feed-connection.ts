import pg from 'pg';
import type { FeedState } from './change.js';

/** How many tombstones are purged at once, so that writers do not wait long for the counter. */
const PURGE_ROWS_MAX = 1000;

/**
 * The epoch is another one where the counter's own is, in another database, and on another timeline, which every
 * recovery to a point in time and every failover starts: there the same revision may mean another change.
 */
const STATE = `select revision, purged_revision, md5(concat_ws('/', feed, epoch,
    (select oid from pg_database where datname = current_database()),
    left(pg_walfile_name(pg_current_wal_lsn()), 8))) as epoch
  from change_counter where feed = $1`;

interface StateRow {
  revision: string;
  purged_revision: string;
  epoch: string;
}

export interface FeedConnectionOptions {
  /** Of the database. */
  url: string;
  /** The name of the counter's row, and of the channel. */
  feed: string;
  /** How long the database may take to answer before the connection counts as lost. */
  answerMsMax: number;
  /** Called with each notification, and when the connection is lost. */
  onEvent(): void;
}

/** The one connection on which a process hears of a feed's changes. */
export class FeedConnection {
  private lostBy: unknown;
  private lastState: Promise<unknown> = Promise.resolve();
  private nextState: Promise<FeedState> | undefined;

  private constructor(
    private readonly client: pg.Client,
    private readonly feed: string,
    private readonly onEvent: () => void,
  ) {
    client.on('notification', onEvent);
    client.on('error', (error) => this.lose(error));
    client.on('end', () => this.lose(new Error('The database ended the connection.')));
  }

  /** Connects and listens. */
  static async open({ url, feed, answerMsMax, onEvent }: FeedConnectionOptions): Promise<FeedConnection> {
    const client = new pg.Client({
      connectionString: url,
      application_name: `change feed ${feed}`,
      keepAlive: true,
      connectionTimeoutMillis: answerMsMax,
      query_timeout: answerMsMax,
    });
    const connection = new FeedConnection(client, feed, onEvent);
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(feed)}`);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get isLost(): boolean {
    return this.lostBy !== undefined;
  }

  /**
   * Where the feed stands, as of some moment after the call: whoever asks while a query is under way shares the next
   * one, so that thousands who ask at once make two queries.
   * @throws where the connection is lost, from then on, and where the feed has no counter
   */
  state(): Promise<FeedState> {
    this.nextState ??= this.lastState.then(() => {
      this.nextState = undefined;
      const state = this.readState();
      this.lastState = state.catch(() => undefined);
      return state;
    });
    return this.nextState;
  }

  private async readState(): Promise<FeedState> {
    const { rows } = await this.query<StateRow>(STATE, [this.feed]);
    const row = rows[0];
    if (!row) throw new Error(`change_counter has no row for the feed "${this.feed}": a migration has to insert it.`);
    return { epoch: row.epoch, revision: BigInt(row.revision), purgedRevision: BigInt(row.purged_revision) };
  }

  /**
   * Deletes some of the tombstones that are older than `retentionMs`, and says so in the counter within the same
   * statement: whoever missed one is refused from then on.
   * @returns how many
   */
  async purge(table: string, retentionMs: number): Promise<number> {
    const name = this.client.escapeIdentifier(table);
    const { rows } = await this.query<{ rows: string }>(
      `with purged as (
         delete from ${name} where ctid = any(array(
           select ctid from ${name} where delete_time < now() - $2 * interval '1 millisecond' order by revision limit $3))
         returning revision),
       counted as (
         update change_counter set purged_revision = greatest(purged_revision, (select max(revision) from purged))
         where feed = $1 and exists (select from purged))
       select count(*) as rows from purged`,
      [this.feed, retentionMs, PURGE_ROWS_MAX],
    );
    return Number(rows[0]?.rows);
  }

  async close(): Promise<void> {
    this.lose(new Error('The connection is closed.'));
    await this.client.end();
  }

  private async query<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<pg.QueryResult<R>> {
    if (this.lostBy !== undefined) throw new Error('The connection is lost.', { cause: this.lostBy });
    try {
      return await this.client.query<R>(text, values);
    } catch (error) {
      // A refused statement leaves the connection whole; silence, a broken socket and a last word do not.
      if (!(error instanceof pg.DatabaseError) || error.severity === 'FATAL') this.lose(error);
      throw error;
    }
  }

  private lose(error: unknown): void {
    if (this.lostBy !== undefined) return;
    this.lostBy = error;
    this.onEvent();
  }
}
