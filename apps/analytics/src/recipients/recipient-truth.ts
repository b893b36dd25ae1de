import type pg from 'pg';
import { Database } from '../database.js';
import { firstIdAt } from '../event/event-time.js';
import { RecipientCells } from './recipient-cells.js';
import { type CellRow, foldPending, keyOf, pendingCells, storeCells, withTotals } from './recipient-folding.js';
import { Sketch } from './sketch.js';

const DAY_MS = 86_400_000;
const FETCH = 20_000;

/** What the events of a day themselves say, in the caller's transaction. */
async function truthOf(client: pg.ClientBase, day: number): Promise<RecipientCells> {
  const cells = new RecipientCells();
  await client.query(
    `declare recipients no scroll cursor for
    select distinct dimension_id, k.action, ('x' || left(replace(recipient_hash::text, '-', ''), 16))::bit(64)::bigint as hash
    from event e, unnest(recipient_actions(e)) as k (action)
    where type in (3, 7, 8) and event_id >= '${firstIdAt(day * DAY_MS)}' and event_id < '${firstIdAt((day + 1) * DAY_MS)}'`,
  );
  for (;;) {
    const { rows } = await client.query<{ dimension_id: string; action: number; hash: string }>(
      `fetch ${FETCH} from recipients`,
    );
    for (const { dimension_id, action, hash } of rows) {
      cells.of({ dimensionId: dimension_id, day, action }).add(BigInt.asUintN(64, BigInt(hash)));
    }
    if (rows.length < FETCH) break;
  }
  await client.query('close recipients');
  return withTotals(client, cells);
}

/** The days of which events or sketches are there, of those that are kept. */
async function daysKept(client: pg.ClientBase): Promise<number[]> {
  const { rows } = await client.query<{ day: number }>(
    `select day from (
      select to_date(right(c.relname, 8), 'YYYYMMDD') - date '1970-01-01' as day
      from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'event'::regclass
      union select day from recipient_sketch
    ) d
    where day >= coalesce((select first_day from event_horizon), date '0001-01-01') - date '1970-01-01' order by day`,
  );
  return rows.map(({ day }) => day);
}

/** Holds the sketches against the events. */
export class RecipientTruth {
  constructor(private readonly database: Database) {}

  /** Makes sketches anew from the events, while more come in: of all days that are kept, or of those from one up to another. */
  async recount(fromDay = -Infinity, toDay = Infinity): Promise<void> {
    await this.database.inSnapshot(['recipient_pending'], async (client) => {
      while ((await foldPending(client)) > 0);
      for (const day of await daysKept(client)) {
        if (day < fromDay || day >= toDay) continue;
        await client.query('delete from recipient_sketch where day = $1', [day]);
        await storeCells(client, await truthOf(client, day));
      }
    });
  }

  /** Compares the sketches with the events, in one snapshot. @returns how many are wrong: 0 as ever */
  async verify(): Promise<number> {
    return this.database.inSnapshot([], async (client) => {
      const pending = (await pendingCells(client)).all();
      let wrong = 0;
      for (const day of await daysKept(client)) {
        const told = new RecipientCells();
        const { rows } = await client.query<CellRow>('select * from recipient_sketch where day = $1', [day]);
        for (const row of rows) told.of(keyOf(row)).addAll(Sketch.of(row.sketch));
        for (const { key, sketch } of pending) if (key.day === day) told.of(key).addAll(sketch);
        const truth = await truthOf(client, day);
        for (const { key } of truth.all()) told.of(key);
        wrong += told.all().filter(({ key, sketch }) => !sketch.confirms(truth.of(key))).length;
      }
      return wrong;
    });
  }
}
