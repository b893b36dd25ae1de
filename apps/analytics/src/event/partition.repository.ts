import { Database } from '../database.js';
import { dateOf } from './event-time.js';

/** The partitions of table event: one for each day of UTC that has events. */
export class PartitionRepository {
  private readonly made = new Set<number>();

  constructor(private readonly database: Database) {}

  /** Makes the partitions of these days, where there are none. Days are counted from 1970-01-01. */
  async ensure(days: Iterable<number>): Promise<void> {
    const missing = [...days].filter((day) => !this.made.has(day));
    if (missing.length === 0) return;
    await this.database.query('select create_event_partition(day) from unnest($1::date[]) as day', [
      missing.map(dateOf),
    ]);
    for (const day of missing) this.made.add(day);
  }

  /** The first day whose events are kept, counted from 1970-01-01; -Infinity where all are. */
  async horizon(): Promise<number> {
    const [row] = await this.database.query<{ day: number }>(
      "select first_day - date '1970-01-01' as day from event_horizon",
    );
    return row?.day ?? -Infinity;
  }

  /**
   * Lets go of all events before a day. Their counts stay, and later ones are not taken in any more. Any number may do so at
   * once; a day that is let go of never comes back.
   */
  async dropBefore(day: number): Promise<void> {
    // First the horizon: from then on nothing older is counted as being there, whether it is already dropped or not.
    await this.database.query(
      `insert into event_horizon (first_day) values ($1)
      on conflict (singleton) do update set first_day = greatest(event_horizon.first_day, excluded.first_day)`,
      [dateOf(day)],
    );
    const partitions = await this.database.query<{ name: string }>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'event'::regclass and c.relname < 'event_' || to_char($1::date, 'YYYYMMDD') order by 1`,
      [dateOf(day)],
    );
    for (const { name } of partitions) await this.database.query(`drop table if exists ${name}`);
    this.forget();
  }

  /** To be called where a partition that was there is gone: all are looked at again. */
  forget(): void {
    this.made.clear();
  }
}
