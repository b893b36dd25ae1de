import { Dimension, type MetricsRow } from '@kelp/contract-analytics';
import { Database } from '../database.js';
import { BLOCK, baseEntries, COUNTS, facetEntries, MEASURES_PER_BLOCK, MINUTE_START, PIVOT, SUMS } from './counts.js';
import { GROUPINGS, templateName } from './grouping.js';
import { DERIVED } from './measures.js';
import { metricsOf, ratesOf } from './metric-values.js';
import { tooManyRows } from './metrics.errors.js';
import type { ColumnFilter, MetricsQuery, Unit } from './metrics-query.js';

const ROWS_MAX = 10_000;

/** A row of the answer has a row here for each block of measures. */
interface Row extends Record<`n${number}`, string> {
  place: string;
  bucket_ms: string;
  block: number;
}
type Values = Record<string, unknown>;

/** Answers from the roll-ups, and from what is not merged into them yet: an event counts from the commit on. */
export class MetricsRepository {
  constructor(private readonly database: Database) {}

  /** A sign that differs after each commit of events, and whether something is still to be merged. Costs next to nothing. */
  async news(): Promise<{ sign: string; isPending: boolean }> {
    const [row] = await this.database.prepared<{ sign: string; pending: boolean }>(
      'select last_value::text as sign, exists (select from count_pending) as pending from count_pending_commit_id_seq',
    );
    return { sign: row!.sign, isPending: row!.pending };
  }

  /** @throws TOO_MANY_ROWS */
  async query(query: MetricsQuery): Promise<MetricsRow[]> {
    if (query.segments.every(({ fromMs, toMs }) => fromMs >= toMs)) return [];
    const { sql, values } = statement(query);
    const rows = await this.database.prepared<Row>(sql, values);
    if (Number(rows.at(-1)?.place ?? 0) > ROWS_MAX) throw tooManyRows(ROWS_MAX);
    const answer: MetricsRow[] = [];
    for (let index = 0; index < rows.length; ) {
      const head = rows[index]!;
      const measured = new Map<number, bigint>();
      for (; rows[index]?.place === head.place; index += 1) addMeasures(measured, rows[index]!);
      if (measured.size > 0) answer.push(rowOf(head, measured, query));
    }
    return answer;
  }
}

function addMeasures(measured: Map<number, bigint>, row: Row): void {
  for (let index = 0; index < MEASURES_PER_BLOCK; index += 1) {
    const text = row[`n${index}`]!;
    if (text !== '0') measured.set(row.block * MEASURES_PER_BLOCK + index, BigInt(text));
  }
}

function rowOf(head: Row, measured: ReadonlyMap<number, bigint>, query: MetricsQuery): MetricsRow {
  const { organizationId, unit, groupBy } = query;
  const values: Values = { ...head };
  const template = values.template_id ?? null;
  return {
    bucketStartTime: unit ? new Date(Number(head.bucket_ms)) : undefined,
    template:
      template === null ? '' : templateName.format({ organization: organizationId, template: String(template) }),
    version: groupBy.includes(Dimension.VERSION) ? Number(values.template_version) : 0,
    counts: [...measured].filter(([measure]) => measure < DERIVED).map(([type, count]) => ({ type, count })),
    group: groupBy.map((dimension) => ({
      dimension,
      value: GROUPINGS[dimension]
        ? GROUPINGS[dimension].format(values[GROUPINGS[dimension].columns.at(-1)!], organizationId)
        : String(values.facet_value ?? ''),
    })),
    metrics: metricsOf(measured),
    rates: ratesOf(measured),
  };
}

/** Where the bucket of a query starts that a time lies in. */
const bucketOf = (unit: Unit, time: string, zone: string): string =>
  unit === 'quarter'
    ? `date_bin('15 minutes', ${time}, '2000-01-01 00:00:00+00')`
    : `date_trunc('${unit}', ${time}, ${zone})`;

/** One statement, and so one snapshot: a count that is just being merged is in the one place or in the other. */
function statement({ organizationId, filters, facet, segments, unit, timeZone, groupBy }: MetricsQuery) {
  const values: unknown[] = [organizationId, timeZone];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const cut = (ms: number) => {
    const time = `${bind(timeOf(ms))}::timestamptz`;
    return unit ? bucketOf(unit, time, '$2::text') : time;
  };
  const where = filters.map((filter) => whereOf(filter, bind)).join('');
  const kind = facet?.kind ?? 0;
  const isChosen = facet?.ids ? ` and facet_id = any (${bind(facet.ids)}::bigint[])` : '';
  const byFacet = groupBy.some((dimension) => !GROUPINGS[dimension]);
  const columns = [...new Set(groupBy.flatMap((dimension) => GROUPINGS[dimension]?.columns ?? []))];
  const some = columns.map((column) => `${column}, `).join('');
  const groups = `${some}${byFacet ? 'facet_id, ' : ''}block`;

  // Whoever asks for the whole organization reads its totals.
  const rows =
    filters.length === 0 && columns.length === 0
      ? '(select total_id as dimension_id from wanted limit 1) wanted'
      : 'wanted';
  // For each dimension its piece of the index, however many others there are: `offset 0` keeps it that way. Rows of one bucket
  // are added up before anybody asks in which bucket of the answer they lie, which takes longer than adding.
  const rollups = segments.map(
    ({ level, fromMs, toMs }) => `
      select ${unit ? 'bucket' : 'null::timestamptz as bucket'}, ${groups}, ${SUMS} from ${rows}, lateral (
        select * from count_${level} c where c.dimension_id = wanted.dimension_id and c.kind = ${kind}
          and bucket >= ${cut(fromMs)} and bucket < ${cut(toMs)}${isChosen} offset 0
      ) counts group by ${unit ? 'bucket, ' : ''}${groups}`,
  );
  const pending = facet
    ? `${facetEntries('count_pending')} where facet_id & 15 = ${kind}${isChosen}`
    : baseEntries('count_pending');
  const sql = `
    with wanted as materialized (
      select * from dimension where organization_id = $1${where} and $2::text is not null
    ),
    counted as (
      ${rollups.join(' union all ')}
      union all
      select ${MINUTE_START}, ${some}${byFacet ? 'facet_id, ' : ''}${BLOCK}, ${PIVOT}
      from (${pending}) entry join wanted using (dimension_id)
      where ${MINUTE_START} >= ${cut(segments[0]!.fromMs)} and ${MINUTE_START} < ${cut(segments.at(-1)!.toMs)}
      group by minute, ${some}${byFacet ? 'facet_id, ' : ''}${BLOCK}
    ),
    located as (
      select ${unit ? bucketOf(unit, 'bucket', '$2::text') : 'null::timestamptz'} as bucket, ${groups}, ${COUNTS}
      from counted
    ),
    grouped as (select bucket, ${groups}, ${SUMS} from located group by bucket, ${groups}),
    placed as (
      select *, dense_rank() over (order by ${['bucket', ...columns, ...(byFacet ? ['facet_value'] : [])].join(' nulls first, ')} nulls first) as place
      from grouped${byFacet ? ' left join (select facet_id, value as facet_value from facet) f using (facet_id)' : ''}
    )
    select place, extract(epoch from bucket) * 1000 as bucket_ms, ${some}${byFacet ? 'facet_value, ' : ''}block, ${COUNTS}
    from placed where place <= ${ROWS_MAX + 1} order by place, block`;
  return { sql, values };
}

/** A condition on table dimension. */
export function whereOf({ column, sqlType, values, orNull }: ColumnFilter, bind: (value: unknown) => string): string {
  const isOne = `${column} = any (${bind(values)}::${sqlType}[])`;
  return orNull ? ` and (${isOne} or ${column} is null)` : ` and ${isOne}`;
}

/** In PostgreSQL's words. */
const timeOf = (ms: number): string =>
  ms === -Infinity ? '-infinity' : ms === Infinity ? 'infinity' : new Date(ms).toISOString();
