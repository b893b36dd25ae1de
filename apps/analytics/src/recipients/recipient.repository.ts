import { Database } from '../database.js';
import { GROUPINGS } from '../metrics/grouping.js';
import { tooManyRows } from '../metrics/metrics.errors.js';
import { whereOf } from '../metrics/metrics.repository.js';
import { foldPending } from './recipient-folding.js';
import type { RecipientsQuery } from './recipients-query.js';
import { Sketch } from './sketch.js';

const GROUPS_MAX = 1_000;
/** So many sketches are read at once: three megabytes. */
const PAGE = 500;
const FIRST_ID = String(-(2n ** 63n));

/** Some recipients who did something, told apart by columns of table dimension. */
export interface RecipientGroup {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly byAction: Map<number, Sketch>;
}

interface Row extends Record<string, unknown> {
  dimension_id: string;
  day: number;
  action: number;
  sketch: Buffer;
}

/** Who did what: table recipient_sketch. */
export class RecipientRepository {
  constructor(private readonly database: Database) {}

  /** Folds what is pending into the sketches; nothing where another process does so. @returns how many commits it folded, and how many are left */
  async fold(): Promise<{ folded: number; pending: number }> {
    return this.database.use(async (client) => {
      await client.query('begin');
      try {
        const { rows } = await client.query<{ mine: boolean }>(
          "select pg_try_advisory_xact_lock(hashtext('recipient_pending')) as mine",
        );
        const folded = rows[0]!.mine ? await foldPending(client) : 0;
        const left = await client.query<{ n: number }>('select count(*)::integer as n from recipient_pending');
        await client.query('commit');
        return { folded, pending: left.rows[0]!.n };
      } catch (error) {
        await client.query('rollback').catch(() => {}); // the first failure says more
        throw error;
      }
    });
  }

  /** @throws TOO_MANY_ROWS */
  async query({ organizationId, filters, groupBy, fromDay, toDay }: RecipientsQuery): Promise<RecipientGroup[]> {
    const values: unknown[] = [organizationId, fromDay, toDay];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const where = filters.map((filter) => whereOf(filter, bind)).join('');
    const columns = [...new Set(groupBy.flatMap((dimension) => GROUPINGS[dimension]?.columns ?? []))];
    // Whoever asks for the whole organization reads its totals.
    const isTotal = filters.length === 0 && columns.length === 0;
    const wanted = isTotal
      ? 'select total_id as dimension_id from dimension where organization_id = $1 limit 1'
      : `select ${['dimension_id', ...columns].join(', ')} from dimension where organization_id = $1${where}`;
    const place = values.length;
    const after = `(${bind(FIRST_ID)}::bigint, ${bind(0)}::integer, ${bind(0)}::smallint)`;
    const sql = `with wanted as materialized (${wanted})
      select ${['s.dimension_id, day, action, sketch', ...columns].join(', ')} from recipient_sketch s join wanted using (dimension_id)
      where day >= $2 and day < $3 and (s.dimension_id, day, action) > ${after}
      order by s.dimension_id, day, action limit ${PAGE}`;
    const groups = new Map<string, RecipientGroup>();
    for (;;) {
      const rows = await this.database.prepared<Row>(sql, values);
      for (const row of rows) {
        const key = JSON.stringify(columns.map((column) => row[column]));
        const group = groups.get(key) ?? { columns: row, byAction: new Map<number, Sketch>() };
        groups.set(key, group);
        if (groups.size > GROUPS_MAX) throw tooManyRows(GROUPS_MAX);
        const sketch = group.byAction.get(row.action);
        if (sketch) sketch.addAll(Sketch.of(row.sketch));
        else group.byAction.set(row.action, Sketch.of(row.sketch));
      }
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) break;
      values.splice(place, 3, last.dimension_id, last.day, last.action);
    }
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }
}
