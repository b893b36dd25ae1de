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

  /** To be called where a partition that was there is gone: all are looked at again. */
  forget(): void {
    this.made.clear();
  }
}
