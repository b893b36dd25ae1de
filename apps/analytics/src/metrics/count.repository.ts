import { Database } from '../database.js';
import {
  arrivals,
  BLOCK,
  baseEntries,
  COUNTS,
  COUNTS_SOMETHING,
  eachCount,
  FACET_LEVELS,
  facetEntries,
  firstEntries,
  KEY,
  KIND,
  LEVELS,
  type Level,
  MINUTE_START,
  PIVOT,
  SUMS,
  startOf,
  withTotals,
} from './counts.js';

/** How many entries one merge takes, and whatever else is of the last commit that it takes. */
export const MERGE_ENTRIES = 50_000;

const addUp = (level: Level, from: string) => `
  select dimension_id, kind, ${startOf(level, 'bucket')} as bucket, block, facet_id, ${SUMS}
  from ${from} group by 1, 2, 3, 4, 5`;

/** Sorted, so that neighbours in a batch are neighbours in the index. */
const addTo = (level: Level, source: string) => `
  insert into count_${level} as c (${KEY}, ${COUNTS}) select ${KEY}, ${COUNTS} from (${source}) s order by 1, 2, 3, 4, 5
  on conflict (${KEY}) do update set ${eachCount((n) => `${n} = c.${n} + excluded.${n}`)}`;

const countsOf = (level: Level, entries: string, where = 'true') => `
  select dimension_id, ${KIND} as kind, ${startOf(level, MINUTE_START)} as bucket, ${BLOCK} as block, facet_id, ${PIVOT}
  from (${entries}) entry where ${where} group by 1, 2, 3, 4, 5`;

/** What is pending, and the uniques that follow, as a roll-up would have it. */
const plainCounts = (level: Level, pending: string) =>
  countsOf(level, `${baseEntries(pending)} union all select * from uniques where facet_id = 0`);
const facetCounts = (level: Level, pending: string) =>
  countsOf(level, `${facetEntries(pending)} union all select * from uniques where facet_id <> 0`);

/**
 * Those that are the first of their message, or take its place, each with the event that was the first until now. One look-up for
 * each, whatever the planner thinks. Whoever changes firsts has the merger's lock, so that nobody does between this and the merge.
 */
const newFirsts = (arrived: string) => `
  select ${arrived}.*, m.event_id as old_event_id
  from ${arrived} left join lateral (
    select event_id from message_first m where m.message_id = ${arrived}.message_id and m.kind = ${arrived}.kind offset 0
  ) m on true
  where m.event_id is null or ${arrived}.event_id < m.event_id`;

/**
 * Merges some of what is pending: it is gone exactly when it is in all roll-ups. To be run by whoever has the merger's lock, in a snapshot
 * that is younger than the lock: it must see what the merge before did.
 */
export const MERGE = `
  with queue as (select commit_id, sum(entries) over (order by commit_id) - entries as ahead from count_pending),
  taken as (
    delete from count_pending
    where commit_id in (select commit_id from queue where ahead < ${MERGE_ENTRIES})
    returning *
  ),
  arrived as materialized (${arrivals('taken')}),
  firsts as materialized (${newFirsts('arrived')}),
  new_firsts as (
    insert into message_first (message_id, kind, event_id) select message_id, kind, event_id from firsts where old_event_id is null
  ),
  moved_firsts as ( -- an update would be a join, of which the planner may read all firsts
    insert into message_first (message_id, kind, event_id) select message_id, kind, event_id from firsts where old_event_id is not null
    on conflict (message_id, kind) do update set event_id = excluded.event_id
  ),
  uniques as materialized (${firstEntries('firsts')}),
  minutes as materialized (${withTotals(plainCounts('minute', 'taken'))}),
  faceted as (${withTotals(facetCounts('quarter', 'taken'))}),
  quarters as materialized (${addUp('quarter', 'minutes')} union all select * from faceted),
  hours as materialized (${addUp('hour', 'quarters')}),
  into_minutes as (${addTo('minute', 'select * from minutes')}),
  into_quarters as (${addTo('quarter', 'select * from quarters')}),
  into_hours as (${addTo('hour', 'select * from hours')}),
  into_days as (${addTo('day', addUp('day', 'hours'))})
  select coalesce(sum(entries), 0)::integer as merged,
    (select coalesce(sum(entries), 0)::integer from count_pending) as before
  from taken`;

const LOCK = "select pg_try_advisory_xact_lock(hashtext('count_pending')) as mine";
/** Of which somebody else is merging some. */
const PENDING = 'select 0 as merged, coalesce(sum(entries), 0)::integer as before from count_pending';

/** What has been counted since the horizon, merged or pending, at some level. */
const told = (level: Level) =>
  addUp(
    level,
    `(
  select ${KEY}, ${COUNTS} from count_${level} where bucket >= coalesce((select first_day from event_horizon), '-infinity')
  union all (${withTotals(plainCounts('minute', 'count_pending'))})
  ${FACET_LEVELS.includes(level) ? `union all (${withTotals(facetCounts('quarter', 'count_pending'))})` : ''}
) counted`,
  );

/** The events themselves, counted as a roll-up would have it. */
const truth = (level: Level) =>
  withTotals(countsOf(level, 'select * from truth', FACET_LEVELS.includes(level) ? 'true' : 'facet_id = 0'));

/** One statement, and so one snapshot. What is pending is merged in thought. */
const VERIFY = `
  with arrived as materialized (${arrivals('count_pending')}),
  firsts as materialized (${newFirsts('arrived')}),
  uniques as materialized (${firstEntries('firsts')}),
  truth as materialized (select * from counted_events())
  ${LEVELS.map(
    (level) => `
    select '${level}' as level, count(*)::integer as wrong from (
      ((${truth(level)}) except all (select * from (${told(level)}) t where ${COUNTS_SOMETHING}))
      union all
      ((select * from (${told(level)}) t where ${COUNTS_SOMETHING}) except all (${truth(level)}))
    ) difference`,
  ).join(' union all ')}`;

const REBUILD = [
  'delete from count_pending',
  'delete from message_first where event_id >= first_retained_id()',
  'insert into message_first select message_id, kind, event_id from first_events() order by 1, 2',
  'create temporary table truth on commit drop as select * from counted_events()',
  ...LEVELS.flatMap((level) => [
    `delete from count_${level} where bucket >= coalesce((select first_day from event_horizon), '-infinity')`,
    `insert into count_${level} (${KEY}, ${COUNTS}) select * from (${truth(level)}) t order by 1, 2, 3, 4, 5`,
  ]),
];

/** The counts: roll-ups by minute, quarter, hour and day, and what commits of events left to be merged into them. */
export class CountRepository {
  constructor(private readonly database: Database) {}

  /**
   * Merges what commits left behind into the roll-ups; nothing, where another process does so at the moment.
   * @returns how many entries were merged, and how many are still pending
   */
  async merge(): Promise<{ merged: number; pending: number }> {
    return this.database.use(async (client) => {
      await client.query('begin');
      try {
        const lock = await client.query<{ mine: boolean }>(LOCK);
        // A statement of its own, for a snapshot of its own.
        const text = lock.rows[0]!.mine ? MERGE : PENDING;
        const { rows } = await client.query<{ merged: number; before: number }>({
          name: text === MERGE ? 'merge' : 'pending',
          text,
        });
        await client.query('commit');
        const { merged, before } = rows[0]!;
        return { merged, pending: before - merged };
      } catch (error) {
        await client.query('rollback').catch(() => {}); // the first failure says more
        throw error;
      }
    });
  }

  /** Compares each roll-up with the events themselves. @returns how many rows are wrong, by level: 0 as ever */
  async verify(): Promise<Record<Level, number>> {
    const rows = await this.database.atLength((client) =>
      client.query<{ level: Level; wrong: number }>(VERIFY).then((result) => result.rows),
    );
    return Object.fromEntries(rows.map(({ level, wrong }) => [level, wrong])) as Record<Level, number>;
  }

  /**
   * Counts anew what the events say, while events go on coming in: what is committed meanwhile is pending, and merged
   * afterwards. Counts of days whose events are gone stay.
   */
  async rebuild(): Promise<void> {
    // What a merge under way has taken must be in the roll-ups, or still be pending.
    await this.database.inSnapshot(['count_pending'], async (client) => {
      for (const statement of REBUILD) await client.query(statement);
    });
  }
}
