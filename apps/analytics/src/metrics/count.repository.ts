import { Database } from '../database.js';
import {
  BLOCK,
  COUNTS,
  eachCount,
  entriesOf,
  LEVELS,
  type Level,
  MINUTE_START,
  pivot,
  SUM_OF_ENTRIES,
  SUMS,
} from './counts.js';

/** How many entries one merge takes, and whatever else is of the last commit that it takes. */
export const MERGE_ENTRIES = 50_000;

const addUp = (level: Level, from: string) => `
  select dimension_id, date_trunc('${level}', bucket, 'UTC') as bucket, block, ${SUMS}
  from ${from} group by 1, 2, 3`;

/** Sorted, so that neighbours in a batch are neighbours in the index. */
const addTo = (level: Level, source: string) => `
  insert into count_${level} as c (dimension_id, bucket, block, ${COUNTS}) select * from (${source}) s order by 1, 2, 3
  on conflict (dimension_id, bucket, block) do update set ${eachCount((n) => `${n} = c.${n} + excluded.${n}`)}`;

// One statement, and so one transaction: pending counts are gone exactly when they are in all roll-ups. The lock makes it
// one merger at a time, over all processes.
const MERGE = `
  with turn as materialized (select pg_try_advisory_xact_lock(hashtext('count_pending')) as mine),
  queue as (select commit_id, sum(entries) over (order by commit_id) - entries as ahead from count_pending),
  taken as (
    delete from count_pending
    where commit_id in (select commit_id from queue, turn where mine and ahead < ${MERGE_ENTRIES})
    returning dimension_ids, minutes, types, counts, entries
  ),
  minutes as materialized (
    select dimension_id, ${MINUTE_START} as bucket, ${BLOCK} as block, ${SUM_OF_ENTRIES}
    from ${entriesOf('taken')} group by 1, 2, 3
  ),
  hours as materialized (${addUp('hour', 'minutes')}),
  into_minutes as (${addTo('minute', 'select * from minutes')}),
  into_hours as (${addTo('hour', 'select * from hours')}),
  into_days as (${addTo('day', addUp('day', 'hours'))})
  select coalesce(sum(entries), 0)::integer as merged,
    (select coalesce(sum(entries), 0)::integer from count_pending) as before
  from taken`;

/** The events themselves, counted as a roll-up would have it. */
const truth = (level: Level) => `
  select dimension_id, date_trunc('${level}', occurred_at, 'UTC') as bucket, ${BLOCK} as block,
    ${pivot((matching) => `count(*) ${matching}`)}
  from event group by 1, 2, 3`;

/** What queries see of a roll-up: what is merged, and what is pending. */
const told = (level: Level) =>
  addUp(
    level,
    `(
  select dimension_id, bucket, block, ${COUNTS} from count_${level}
  union all
  select dimension_id, ${MINUTE_START}, ${BLOCK}, ${SUM_OF_ENTRIES} from ${entriesOf('count_pending')} group by 1, 2, 3
) counted`,
  );

const VERIFY = LEVELS.map(
  (level) => `
  select '${level}' as level, count(*)::integer as wrong from (
    ((${truth(level)}) except all (${told(level)})) union all ((${told(level)}) except all (${truth(level)}))
  ) difference`,
).join(' union all ');

/** The counts: roll-ups by minute, hour and day, and what commits of events left to be merged into them. */
export class CountRepository {
  constructor(private readonly database: Database) {}

  /**
   * Merges what commits left behind into the roll-ups; nothing, where another process does so at the moment.
   * @returns how many entries were merged, and how many are still pending
   */
  async merge(): Promise<{ merged: number; pending: number }> {
    const [row] = await this.database.prepared<{ merged: number; before: number }>(MERGE);
    const { merged, before } = row!;
    return { merged, pending: before - merged };
  }

  /** Compares each roll-up with the events themselves. @returns how many rows are wrong, by level: 0 as ever */
  async verify(): Promise<Record<Level, number>> {
    const rows = await this.database.query<{ level: Level; wrong: number }>(VERIFY);
    return Object.fromEntries(rows.map(({ level, wrong }) => [level, wrong])) as Record<Level, number>;
  }
}
