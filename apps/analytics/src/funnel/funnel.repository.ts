import type { Funnel, FunnelStep } from '@kelp/contract-analytics';
import { Database } from '../database.js';
import { firstIdAt } from '../event/event-time.js';
import { GROUPINGS } from '../metrics/grouping.js';
import { tooManyRows } from '../metrics/metrics.errors.js';
import { whereOf } from '../metrics/metrics.repository.js';
import type { FunnelQuery } from './funnel-query.js';

const FUNNELS_MAX = 1_000;

/** How many of a group took a step, with the group's columns. */
interface Row extends Record<string, unknown> {
  place: string;
  step: number;
  n: string;
  /** Null for the first step. */
  median: number | null;
}

/** Follows messages and people through the events themselves. */
export class FunnelRepository {
  constructor(private readonly database: Database) {}

  /** @throws TOO_MANY_ROWS */
  async query(query: FunnelQuery, signal: AbortSignal): Promise<Funnel[]> {
    const { sql, values } = statement(query);
    const rows = await this.database.atLength((client) => client.query<Row>(sql, values).then((r) => r.rows), signal);
    const byPlace = new Map<string, Row[]>();
    for (const row of rows) byPlace.set(row.place, [...(byPlace.get(row.place) ?? []), row]);
    if (byPlace.size > FUNNELS_MAX) throw tooManyRows(FUNNELS_MAX);
    return [...byPlace.values()].map((steps) => funnelOf(steps, query));
  }
}

/** One statement, and so one snapshot: each step is made of the one before. */
function statement({ organizationId, filters, groupBy, steps, isHumanOnly, isByRecipient, ...times }: FunnelQuery) {
  const values: unknown[] = [organizationId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = filters.map((filter) => whereOf(filter, bind)).join('');
  const columns = [...new Set(groupBy.flatMap((dimension) => GROUPINGS[dimension]?.columns ?? []))];
  const some = columns.map((column) => `, ${column}`).join('');
  const place = columns.length > 0 ? `dense_rank() over (order by ${columns.join(' nulls first, ')} nulls first)` : '1';
  const within = `${bind(times.withinMs)}::float8 * interval '1 millisecond'`;
  const first = bind(firstIdAt(times.fromMs));
  const last = bind(firstIdAt(times.toMs));
  const end = bind(firstIdAt(times.toMs + times.withinMs));

  const taken = steps.slice(1).map(
    (type, index) => `
    step${index + 1} as materialized (
      select place, subject, b.entered_at, b.at as before, min(o.at) as at
      from step${index} b join own o using (place, subject)
      where o.type = ${bind(type)}::integer and o.at >= b.at and o.at <= b.entered_at + ${within}
      group by 1, 2, 3, 4
    )`,
  );
  const sql = `
    with wanted as materialized (
      select dimension_id, ${place} as place${some} from dimension where organization_id = $1${where}
    ),
    own as materialized (
      select place, ${isByRecipient ? 'recipient_hash' : 'message_id'} as subject, type, event_id, occurred_at as at
      from event join wanted using (dimension_id)
      where event_id >= ${first} and event_id < ${end} and type = any (${bind(steps)}::integer[])
        and (type not in (7, 8) or not recipient_ambiguous${isHumanOnly ? ' and actor = 1' : ''})
    ),
    step0 as materialized (
      select place, subject, min(at) as entered_at, null::timestamptz as before, min(at) as at
      from own where type = ${bind(steps[0])}::integer and event_id < ${last} group by 1, 2
    ),
    ${taken.join(',')},
    counted as (${steps
      .map(
        (_, step) => `
      select place, ${step} as step, count(*) as n,
        percentile_cont(0.5) within group (order by extract(epoch from at - before)::float8) as median
      from step${step} group by place`,
      )
      .join(' union all ')}
    )
    select counted.*${some}
    from counted join (select distinct place${some} from wanted) named using (place)
    order by place, step limit ${(FUNNELS_MAX + 1) * steps.length}`;
  return { sql, values };
}

function funnelOf(rows: readonly Row[], { organizationId, groupBy, steps }: FunnelQuery): Funnel {
  const [head] = rows;
  const counts = steps.map((_, step) => Number(rows.find((row) => row.step === step)?.n ?? 0));
  return {
    group: groupBy.map((dimension) => {
      const grouping = GROUPINGS[dimension]!;
      return { dimension, value: grouping.format(head![grouping.columns.at(-1)!], organizationId) };
    }),
    steps: steps.map((type, step): FunnelStep => {
      const count = counts[step]!;
      return {
        type,
        count: BigInt(count),
        conversion: count / counts[0]!,
        stepConversion: step === 0 ? 1 : counts[step - 1] ? count / counts[step - 1]! : 0,
        medianSeconds: rows.find((row) => row.step === step)?.median ?? 0,
      };
    }),
  };
}
