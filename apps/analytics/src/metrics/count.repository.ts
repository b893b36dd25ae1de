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

// One statement, and so one transaction: pending counts are gone exactly when they are in all roll-ups. The lock makes it
// one merger at a time, over all processes.
export const MERGE = `
  with turn as materialized (select pg_try_advisory_xact_lock(hashtext('count_pending')) as mine),
  queue as (select commit_id, sum(entries) over (order by commit_id) - entries as ahead from count_pending),
  taken as (
    delete from count_pending
    where commit_id in (select commit_id from queue, turn where mine and ahead < ${MERGE_ENTRIES})
    returning *
  ),
  arrived as materialized (${arrivals('taken')}),
  firsts as (
    insert into message_first as m (message_id, kind, event_id)
    select message_id, kind, event_id from arrived
    on conflict (message_id, kind) do update set event_id = excluded.event_id where excluded.event_id < m.event_id
    returning m.message_id, m.kind, old.event_id as old_event_id
  ),
  uniques as materialized (${firstEntries('arrived', 'firsts')}),
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
  firsts as (
    select arrived.message_id, arrived.kind, m.event_id as old_event_id
    from arrived left join message_first m using (message_id, kind)
    where m.event_id is null or arrived.event_id < m.event_id
  ),
  uniques as materialized (${firstEntries('arrived', 'firsts')}),
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
    const [row] = await this.database.prepared<{ merged: number; before: number }>(MERGE);
    const { merged, before } = row!;
    return { merged, pending: before - merged };
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
