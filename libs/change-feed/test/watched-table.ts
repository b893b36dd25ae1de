import { readFileSync } from 'node:fs';
import { logger } from '@kelp/telemetry';
import { freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { type Change, ChangeFeed, type ChangeFeedOptions, type ChangeFrame } from '../src/index.js';

/** A row as watchers know it; without a value where it was deleted. */
export interface Item {
  id: number;
  value?: number;
}

type Row = { id: number; value: number; revision: string; delete_time: Date | null };

/** The statements that the README tells to put into a migration. */
export const readmeSql = () =>
  /```sql\n([\s\S]+?)```/.exec(readFileSync(new URL('../README.md', import.meta.url), 'utf8'))![1]!;

/** A watched table in a database of its own, and any number of feeds on it. */
export class WatchedTable {
  private readonly feeds: ChangeFeed<Item>[] = [];
  readonly pool: pg.Pool;
  /** How many pages all feeds have read. */
  reads = 0;

  private constructor(
    readonly url: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {
    this.pool = new pg.Pool({ connectionString: url, max: 10 });
    this.pool.on('error', () => {}); // tests cut idle connections, and the end of the database does
  }

  static async create(sql = readmeSql()): Promise<WatchedTable> {
    const { url, drop } = await freshDatabase();
    const table = new WatchedTable(url, drop);
    await table.pool.query('create table connections (id int primary key, value int not null)');
    await table.pool.query(sql);
    return table;
  }

  async drop(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.stop()));
    await this.pool.end();
    await this.dropDatabase();
  }

  async feed(options: Partial<ChangeFeedOptions<Item>> = {}): Promise<ChangeFeed<Item>> {
    const feed = new ChangeFeed<Item>({
      connection: this.url,
      feed: 'connections',
      log: logger('test', 'silent'),
      read: (revision, limit) => this.read(revision, limit),
      ...options,
    });
    await feed.start();
    this.feeds.push(feed);
    return feed;
  }

  private async read(revision: bigint, limit: number): Promise<Change<Item>[]> {
    this.reads++;
    const { rows } = await this.pool.query<Row>(
      'select * from connections where revision > $1 order by revision limit $2',
      [revision, limit],
    );
    return rows.map(({ id, value, revision, delete_time }) => ({
      revision: BigInt(revision),
      deleted: delete_time !== null,
      item: delete_time === null ? { id, value } : { id },
    }));
  }

  async write(id: number, value: number, on: pg.Pool | pg.PoolClient = this.pool): Promise<void> {
    await on.query(
      `insert into connections (id, value) values ($1, $2)
       on conflict (id) do update set value = excluded.value, delete_time = null`,
      [id, value],
    );
  }

  async fill(from: number, to: number): Promise<void> {
    await this.pool.query('insert into connections (id, value) select n, n from generate_series($1::int, $2::int) n', [
      from,
      to,
    ]);
  }

  async delete(id: number, on: pg.Pool | pg.PoolClient = this.pool): Promise<void> {
    await on.query('update connections set delete_time = now() where id = $1 and delete_time is null', [id]);
  }

  /** What is there, by id. */
  async live(): Promise<Map<number, number>> {
    const { rows } = await this.pool.query<Row>('select * from connections where delete_time is null');
    return new Map(rows.map(({ id, value }) => [id, value]));
  }

  /** Cuts the connections on which feeds listen. @returns how many there were */
  async cutListeners(): Promise<number> {
    const { rowCount } = await this.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'change feed connections'`,
    );
    return rowCount ?? 0;
  }

  /** Whether the database takes new connections. Those that are open go on. */
  async acceptConnections(accept: boolean): Promise<void> {
    const server = new pg.Client({ connectionString: process.env.TEST_PG_URL });
    await server.connect();
    await server.query(`alter database ${new URL(this.url).pathname.slice(1)} allow_connections ${accept}`);
    await server.end();
  }
}

/** A watcher, one frame at a time, that keeps what it was told. */
export class Watcher {
  readonly known = new Map<number, number>();
  readonly frames: ChangeFrame<Item>[] = [];
  private readonly gone = new AbortController();
  private readonly iterator: AsyncIterator<ChangeFrame<Item>>;

  constructor(feed: ChangeFeed<Item>, resumeToken = '', known: Iterable<[number, number]> = []) {
    this.iterator = feed.changes(resumeToken, this.gone.signal)[Symbol.asyncIterator]();
    this.known = new Map(known);
  }

  /** The next frame; undefined at the end. */
  async next(): Promise<ChangeFrame<Item> | undefined> {
    const { done, value } = await this.iterator.next();
    if (done) return undefined;
    for (const { id, value: now } of value.items) {
      if (now === undefined) this.known.delete(id);
      else this.known.set(id, now);
    }
    this.frames.push(value);
    return value;
  }

  /** Takes frames until it is up to date. */
  async sync(): Promise<ChangeFrame<Item>> {
    for (;;) {
      const frame = await this.next();
      if (!frame) throw new Error('The watch ended.');
      if (frame.synced) return frame;
    }
  }

  /** Takes frames until it knows what `expected` says. */
  async until(expected: (known: Map<number, number>) => boolean): Promise<void> {
    while (!expected(this.known)) if (!(await this.next())) throw new Error('The watch ended.');
  }

  leave(): void {
    this.gone.abort();
  }
}
