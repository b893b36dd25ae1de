import type { MetricsRow, TypeCount } from '@kelp/contract-analytics';
import { Database } from '../database.js';
import { BLOCK, COUNTS, entriesOf, MINUTE_START, SUM_OF_ENTRIES, SUMS, TYPES_PER_BLOCK } from './counts.js';
import { tooManyRows } from './metrics.errors.js';
import { type MetricsQuery, templateName } from './metrics-query.js';
import type { TimeSpan } from './time-span.js';

const ROWS_MAX = 10_000;

/** A row of the answer has a row here for each block of types. */
interface Row extends Record<`n${number}`, string> {
  place: string;
  bucket_ms: string;
  template_id: string | null;
  template_version: number;
  block: number;
}

/** Answers from the roll-ups, and from what is not merged into them yet: an event counts from the commit on. */
export class MetricsRepository {
  constructor(private readonly database: Database) {}

  /** @throws TOO_MANY_ROWS */
  async query(query: MetricsQuery): Promise<MetricsRow[]> {
    if (query.segments.every(({ fromMs, toMs }) => fromMs >= toMs)) return [];
    const { sql, values } = statement(query);
    const rows = await this.database.prepared<Row>(sql, values);
    if (Number(rows.at(-1)?.place ?? 0) > ROWS_MAX) throw tooManyRows(ROWS_MAX);
    const answer = new Map<string, MetricsRow>();
    for (const row of rows) {
      const counts = countsOf(row);
      const same = answer.get(row.place);
      if (same) same.counts.push(...counts);
      else answer.set(row.place, { ...headOf(row, query), counts });
    }
    return [...answer.values()];
  }
}

const headOf = (row: Row, { organizationId, byBucket, byTemplate, byVersion }: MetricsQuery) => ({
  bucketStartTime: byBucket ? new Date(Number(row.bucket_ms)) : undefined,
  template:
    byTemplate && row.template_id !== null
      ? templateName.format({ organization: organizationId, template: row.template_id })
      : '',
  version: byVersion ? row.template_version : 0,
});

function countsOf(row: Row): TypeCount[] {
  const counts: TypeCount[] = [];
  for (let index = 0; index < TYPES_PER_BLOCK; index += 1) {
    const count = BigInt(row[`n${index}`]!);
    if (count > 0n) counts.push({ type: row.block * TYPES_PER_BLOCK + index, count });
  }
  return counts;
}

/** One statement, and so one snapshot: a count that is just being merged is in the one place or in the other. */
function statement({ organizationId, templateId, version, segments, ...by }: MetricsQuery) {
  const values: unknown[] = [organizationId, templateId ?? null, version ?? null];
  const within = (bucket: string, { fromMs, toMs }: TimeSpan) =>
    `${bucket} >= $${values.push(timeOf(fromMs))} and ${bucket} < $${values.push(timeOf(toMs))}`;
  // For each dimension its piece of the index, however many others there are: `offset 0` keeps it that way.
  const rollups = segments.map(
    (segment) => `
      select template_id, template_version, bucket, block, ${COUNTS} from wanted, lateral (
        select * from count_${segment.level} c
        where c.dimension_id = wanted.dimension_id and ${within('bucket', segment)} offset 0
      ) counts`,
  );
  const span = { fromMs: segments[0]!.fromMs, toMs: segments.at(-1)!.toMs };
  const sql = `
    with wanted as materialized (
      select dimension_id, template_id, template_version from dimension
      where organization_id = $1 and ($2::uuid is null or template_id = $2) and ($3::integer is null or template_version = $3)
    ),
    counted as (
      ${rollups.join(' union all ')}
      union all
      select template_id, template_version, date_trunc('${segments[0]!.level}', ${MINUTE_START}, 'UTC'), ${BLOCK}, ${SUM_OF_ENTRIES}
      from ${entriesOf('count_pending')} join wanted using (dimension_id)
      where ${within(MINUTE_START, span)} group by 1, 2, 3, 4
    ),
    grouped as (
      select ${by.byBucket ? 'bucket' : 'null::timestamptz as bucket'}, ${by.byTemplate ? 'template_id' : 'null::uuid as template_id'},
        ${by.byVersion ? 'template_version' : '0 as template_version'}, block, ${SUMS}
      from counted group by 1, 2, 3, 4
    ),
    placed as (
      select *, dense_rank() over (order by bucket, template_id nulls first, template_version) as place from grouped
    )
    select place, extract(epoch from bucket) * 1000 as bucket_ms, template_id, template_version, block, ${COUNTS}
    from placed where place <= ${ROWS_MAX + 1} order by place, block`;
  return { sql, values };
}

/** In PostgreSQL's words. */
const timeOf = (ms: number): string =>
  ms === -Infinity ? '-infinity' : ms === Infinity ? 'infinity' : new Date(ms).toISOString();
