import { FIRST_MEASURE } from './measures.js';

/** The roll-ups, from the finest to the coarsest: level `hour` is table count_hour. */
export const LEVELS = ['minute', 'quarter', 'hour', 'day'] as const;
export type Level = (typeof LEVELS)[number];

/** Those that have facets: all but the minutes. */
export const FACET_LEVELS: readonly Level[] = ['quarter', 'hour', 'day'];

/** How many measures stand side by side in one row: block 0 holds the measures 0 to 15, and so on. */
export const MEASURES_PER_BLOCK = 16;

const COLUMNS = Array.from({ length: MEASURES_PER_BLOCK }, (_, index) => `n${index}`);

/** The columns of the counts, `n0` to `n15`. */
export const COUNTS = COLUMNS.join(', ');

/** SQL for each column of the counts, separated by commas. */
export const eachCount = (sql: (column: string, index: number) => string): string => COLUMNS.map(sql).join(', ');

/**
 * The columns of the counts, added up. As float8 it takes a third of the time that bigint takes, which PostgreSQL adds up
 * as numeric; whole numbers are exact up to 2^53.
 */
export const SUMS = eachCount((n) => `sum(${n}::float8)::bigint as ${n}`);

/** Whether a row counts anything: a first that moved away may leave zeros behind. */
export const COUNTS_SOMETHING = `(${COUNTS}) is distinct from (${COLUMNS.map(() => '0').join(', ')})`;

/** Where the bucket of a level starts that a time lies in. */
export const startOf = (level: Level, time: string): string =>
  level === 'quarter'
    ? `date_bin('15 minutes', ${time}, '2000-01-01 00:00:00+00')`
    : `date_trunc('${level}', ${time}, 'UTC')`;

/** A minute since 1970 as a time. */
export const MINUTE_START = 'to_timestamp(minute::bigint * 60)';

/** The block of a measure. */
export const BLOCK = `(measure / ${MEASURES_PER_BLOCK})::smallint`;

/** The kind of a facet: 0 where there is none. */
export const KIND = '(facet_id & 15)::smallint';

/** The columns of the counts from rows with a measure and a number `n` each. */
export const PIVOT = eachCount(
  (column, index) =>
    `coalesce(sum(n) filter (where measure % ${MEASURES_PER_BLOCK} = ${index}), 0)::bigint as ${column}`,
);

/** What tells the rows of a roll-up apart. */
export const KEY = 'dimension_id, kind, bucket, block, facet_id';

/** Rows of a roll-up, and what all dimensions of each organization count together, which stands beside them. */
export const withTotals = (rows: string): string => `
  with own as materialized (${rows})
  select ${KEY}, ${COUNTS} from own
  union all
  select total_id, kind, bucket, block, facet_id, ${SUMS} from own join dimension using (dimension_id) group by 1, 2, 3, 4, 5`;

/** The pending counts without facets, one by one. */
export const baseEntries = (pending: string): string => `
  select dimension_id, 0::bigint as facet_id, minute, measure, n::bigint
  from ${pending}, unnest(dimension_ids, minutes, measures, counts) as entry (dimension_id, minute, measure, n)`;

/** The pending counts with a facet, one by one. */
export const facetEntries = (pending: string): string => `
  select dimension_id, facet_id, minute, measure, n::bigint
  from ${pending}, unnest(facet_dimension_ids, facet_ids, facet_minutes, facet_measures, facet_counts)
    as entry (dimension_id, facet_id, minute, measure, n)`;

/** What may be the first of its message: the earliest of each message and kind. */
export const arrivals = (pending: string): string => `
  select distinct on (message_id, kind) message_id, kind, event_id, dimension_id, minute, facets
  from ${pending}, unnest(first_message_ids, first_event_ids, first_kinds, first_dimension_ids, first_minutes, first_facets)
    as entry (message_id, event_id, kind, dimension_id, minute, facets)
  order by message_id, kind, event_id`;

/**
 * What new firsts add to the counts, and what those that they take the place of leave. Most are alike, and added up before
 * each is told apart by its facets.
 * @param firsts those of `arrivals` that are firsts, each with the event that was the first until now, if any
 */
export const firstEntries = (firsts: string): string => `
  select dimension_id, facet_id, minute, ${FIRST_MEASURE} + kind as measure, n
  from (
      select dimension_id, minute, kind, facets, count(*) as n
      from ${firsts} group by 1, 2, 3, 4
    ) alike,
    lateral (select 0::bigint as facet_id union all select unnest(facets::bigint[])) facet
  union all
  select earlier.dimension_id, facet_id, earlier.minute, ${FIRST_MEASURE} + kind, -1
  from ${firsts},
    -- \`offset 0\` keeps it a look-up by key
    lateral (
      select e, e.dimension_id, floor(extract(epoch from e.occurred_at) / 60)::integer as minute
      from event e where e.event_id = old_event_id offset 0
    ) earlier,
    lateral (select 0::bigint as facet_id union all select facet_id(v.kind, v.value) from facet_values(earlier.e) v) facet
  where old_event_id is not null`;
