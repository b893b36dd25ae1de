import type { Event } from '@kelp/contract-event';
import { ensureDatabase, migrate } from '@kelp/database';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
// The peer that a team would write on the same table is Prisma's client of it, which only analytics has.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { PrismaClient } from '../../../../apps/analytics/src/generated/prisma/client.js';
import { COLUMNS, rowOf } from './event-row.js';
import { copyIn, copyOut } from './raw-copy.js';

/** What a statement takes: PostgreSQL allows 65,535 parameters. */
const ROWS_PER_STATEMENT = 1_000;
/** What a commit of Kelp takes at the most. */
const ROWS_PER_COPY = 5_000;
const DAY_MS = 86_400_000;

const MIGRATIONS = new URL('../../../apps/analytics/prisma/migrations', import.meta.url).pathname;

const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** Other ways to put the same rows into the same table, idempotently as well, but without any roll-ups. */
export class Peers {
  private constructor(
    private readonly prisma: PrismaClient,
    private readonly client: pg.Client,
  ) {}

  /** @param server the URL of any database of the server */
  static async on(server: string): Promise<Peers> {
    const url = new URL(server);
    url.pathname = '/kelp_bench_peers';
    await ensureDatabase(url.href);
    await migrate(url.href, MIGRATIONS);
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    for (const ms of [today - DAY_MS, today, today + DAY_MS]) {
      await client.query('select create_event_partition($1::date)', [new Date(ms).toISOString().slice(0, 10)]);
    }
    return new Peers(new PrismaClient({ adapter: new PrismaPg({ connectionString: url.href }) }), client);
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.client.end();
  }

  async createMany(events: readonly Event[]): Promise<void> {
    for (const chunk of chunksOf(events, ROWS_PER_STATEMENT)) {
      await this.prisma.event.createMany({ data: chunk.map(rowOf), skipDuplicates: true });
    }
  }

  async multiRowInsert(events: readonly Event[]): Promise<void> {
    for (const chunk of chunksOf(events, ROWS_PER_STATEMENT)) {
      const places = chunk.map(
        (_, row) => `(${COLUMNS.map((_, column) => `$${row * COLUMNS.length + column + 1}`).join(', ')})`,
      );
      await this.client.query(
        `insert into event (${COLUMNS.join(', ')}) values ${places.join(', ')} on conflict do nothing`,
        chunk.flatMap((event) => Object.values(rowOf(event))),
      );
    }
  }

  /** The rows as PostgreSQL itself writes them, for `copy`. */
  async encoded(events: readonly Event[]): Promise<Buffer[]> {
    const chunks: Buffer[] = [];
    for (const chunk of chunksOf(events, ROWS_PER_COPY)) {
      await this.client.query('truncate event');
      await this.multiRowInsert(chunk);
      chunks.push(
        await copyOut(this.client, `copy (select ${COLUMNS.join(', ')} from event) to stdout (format binary)`),
      );
    }
    await this.client.query('truncate event');
    return chunks;
  }

  /** The ceiling: rows that are encoded already, and known to be new, one transaction for each chunk. */
  async copy(chunks: readonly Buffer[]): Promise<void> {
    for (const chunk of chunks) {
      await copyIn(this.client, `copy event (${COLUMNS.join(', ')}) from stdin (format binary)`, chunk);
    }
  }
}
