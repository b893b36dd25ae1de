/** The roll-ups, from the finest to the coarsest: level `hour` is table count_hour. */
export const LEVELS = ['minute', 'hour', 'day'] as const;
export type Level = (typeof LEVELS)[number];

/** How many types stand side by side in one row: block 0 holds the types 0 to 15, and so on. */
export const TYPES_PER_BLOCK = 16;

const COLUMNS = Array.from({ length: TYPES_PER_BLOCK }, (_, index) => `n${index}`);

/** The columns of the counts, `n0` to `n15`. */
export const COUNTS = COLUMNS.join(', ');

/** SQL for each column of the counts, separated by commas. */
export const eachCount = (sql: (column: string, index: number) => string): string => COLUMNS.map(sql).join(', ');

/**
 * The columns of the counts, added up. As float8 it takes a third of the time that bigint takes, which PostgreSQL adds up
 * as numeric; whole numbers are exact up to 2^53.
 */
export const SUMS = eachCount((n) => `sum(${n}::float8)::bigint as ${n}`);

/** The pending counts one by one: dimension_id, minute, type and n. */
export const entriesOf = (pending: string): string =>
  `${pending}, unnest(dimension_ids, minutes, types, counts) as entry (dimension_id, minute, type, n)`;

/** A minute of pending counts as a time. */
export const MINUTE_START = 'to_timestamp(minute::bigint * 60)';

/** The block of a type. */
export const BLOCK = `type / ${TYPES_PER_BLOCK}`;

/** The columns of the counts from rows that have one type each. @param count how many there are of the rows that match */
export const pivot = (count: (matching: string) => string): string =>
  eachCount(
    (column, index) =>
      `coalesce(${count(`filter (where type % ${TYPES_PER_BLOCK} = ${index})`)}, 0)::bigint as ${column}`,
  );

/** The columns of the counts from rows of pending counts. */
export const SUM_OF_ENTRIES = pivot((matching) => `sum(n) ${matching}`);
