import type pg from 'pg';
import { type CellKey, RecipientCells } from './recipient-cells.js';
import { HASH_BYTES } from './recipient-rows.js';
import { EXACT, Sketch } from './sketch.js';

/** So many commits are folded at once. */
export const FOLD_COMMITS = 100;

interface Pending {
  commit_id: string;
  dimension_ids: string[];
  days: number[];
  actions: number[];
  sizes: number[];
  hashes: Buffer;
}

export interface CellRow {
  dimension_id: string;
  day: number;
  action: number;
  sketch: Buffer;
}

export const keyOf = ({ dimension_id, day, action }: CellRow): CellKey => ({ dimensionId: dimension_id, day, action });

/**
 * Takes what commits left behind into the sketches, in the caller's transaction, which has the lock.
 * @returns how many commits there were; as many as `FOLD_COMMITS` where there may be more
 */
export async function foldPending(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<Pending>(
    `delete from recipient_pending where commit_id in (select commit_id from recipient_pending order by commit_id limit ${FOLD_COMMITS})
    returning *`,
  );
  if (rows.length === 0) return 0;
  await mergeCells(client, await withTotals(client, cellsOf(rows)));
  return rows.length;
}

/** What is pending, in thought. */
export async function pendingCells(client: pg.ClientBase): Promise<RecipientCells> {
  const { rows } = await client.query<Pending>('select * from recipient_pending');
  return withTotals(client, cellsOf(rows));
}

function cellsOf(pending: readonly Pending[]): RecipientCells {
  const cells = new RecipientCells();
  for (const { dimension_ids, days, actions, sizes, hashes } of pending) {
    let at = 0;
    for (const [index, dimensionId] of dimension_ids.entries()) {
      const sketch = cells.of({ dimensionId, day: days[index]!, action: actions[index]! });
      for (let left = sizes[index]!; left > 0; left -= 1, at += HASH_BYTES) sketch.add(hashes.readBigUInt64BE(at));
    }
  }
  return cells;
}

/** Adds what all dimensions of each organization hold together. */
export async function withTotals(client: pg.ClientBase, cells: RecipientCells): Promise<RecipientCells> {
  const { rows } = await client.query<{ dimension_id: string; total_id: string }>(
    'select dimension_id, total_id from dimension where dimension_id = any ($1::bigint[])',
    [[...new Set(cells.columns()[0])]],
  );
  cells.addTotals(new Map(rows.map(({ dimension_id, total_id }) => [dimension_id, total_id])));
  return cells;
}

/** Adds cells to those that are stored. */
async function mergeCells(client: pg.ClientBase, cells: RecipientCells): Promise<void> {
  const { rows } = await client.query<CellRow>(
    `select s.* from recipient_sketch s
    join unnest($1::bigint[], $2::integer[], $3::smallint[]) as c (dimension_id, day, action) using (dimension_id, day, action)`,
    cells.columns(),
  );
  for (const row of rows) cells.of(keyOf(row)).addAll(Sketch.of(row.sketch));
  await storeCells(client, cells);
}

/** Puts cells in the place of those that are stored. */
export async function storeCells(client: pg.ClientBase, cells: RecipientCells): Promise<void> {
  await client.query(
    `insert into recipient_sketch as s (dimension_id, day, action, sketch)
    select * from unnest($1::bigint[], $2::integer[], $3::smallint[], $4::bytea[]) order by 1, 2, 3
    on conflict (dimension_id, day, action) do update set sketch = excluded.sketch where s.sketch <> excluded.sketch`,
    [...cells.columns(), cells.all().map(({ sketch }) => sketch.bytes())],
  );
}

/** Who is forgotten, and who stands in the place. */
export interface Forgetting {
  readonly organization: string;
  /** Hashes of recipients. */
  readonly forgotten: Buffer;
  readonly anonym: Buffer;
  /** The recipient's events, which are the anonym's now. */
  readonly eventIds: readonly string[];
}

const HOLDING = `
  with own as (select dimension_id, total_id from dimension where organization_id = $1),
  ids as (select dimension_id from own union select total_id from own),
  did as (
    select own.dimension_id, own.total_id, floor(extract(epoch from e.occurred_at) / 86400)::integer as day, k.action
    from event e join own using (dimension_id), unnest(recipient_actions(e)) as k (action) where e.event_id = any ($3::uuid[])
  )
  select s.* from recipient_sketch s join ids using (dimension_id)
  where (get_byte(sketch, 0) = ${EXACT} and position($2::bytea in sketch) > 0) or (get_byte(sketch, 0) <> ${EXACT}
    and (dimension_id, day, action) in (select dimension_id, day, action from did union select total_id, day, action from did))`;

/**
 * Puts nobody in the place of a recipient, in the caller's transaction: wherever the recipient can be told, which is in exact
 * sketches, and beside it in all others of what the recipient did.
 */
export async function forgetInSketches(
  client: pg.ClientBase,
  { organization, forgotten, anonym, eventIds }: Forgetting,
) {
  const { rows } = await client.query<CellRow>(HOLDING, [organization, forgotten.subarray(0, HASH_BYTES), eventIds]);
  const [hash, by] = [forgotten.readBigUInt64BE(), anonym.readBigUInt64BE()];
  const cells = new RecipientCells();
  for (const row of rows) {
    const sketch = Sketch.of(row.sketch);
    if (sketch.holds(hash) || !sketch.cardinality().isExact) sketch.replace(hash, by);
    cells.of(keyOf(row)).addAll(sketch);
  }
  await storeCells(client, cells);
}
