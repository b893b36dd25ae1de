import { Database } from '../database.js';
import { firstIdAt } from '../event/event-time.js';

const DAY_MS = 86_400_000;
const PAGE = 5_000;
const START = '00000000-0000-0000-0000-000000000000';

/** Where a message has an event that counts on what its first one was, that one stays. A look-up for each, not a join. */
const TRIM = `
  with page as materialized (
    select message_id, kind, event_id from message_first where (message_id, kind) > ($1, $2)
    order by message_id, kind limit ${PAGE}
  ),
  old as materialized (
    select message_id, kind from page where event_id < $3 and (
      select true from event e where e.message_id = page.message_id and e.type in (7, 8) limit 1
    ) is null
  ),
  trimmed as (delete from message_first m using old where m.message_id = old.message_id and m.kind = old.kind returning 1)
  select message_id, kind, (select count(*)::integer from page) as looked_at, (select count(*)::integer from trimmed) as trimmed
  from page order by message_id desc, kind desc limit 1`;

/** Table message_first: the first open and click of each message. */
export class FirstRepository {
  constructor(private readonly database: Database) {}

  /**
   * Lets go of firsts that happened before a day, of messages of which no open or click is kept. Should one come after all, it is
   * a first again. @returns how many it let go of
   */
  async trimBefore(day: number): Promise<number> {
    let sum = 0;
    let after: readonly [string, number] = [START, 0];
    for (;;) {
      const row = await this.trimPage(after, firstIdAt(day * DAY_MS));
      if (!row) return sum;
      sum += row.trimmed;
      after = [row.message_id, row.kind];
      if (row.looked_at < PAGE) return sum;
    }
  }

  private async trimPage(after: readonly [string, number], beforeId: string) {
    return this.database.use(async (client) => {
      await client.query('begin');
      try {
        // Merges wait meanwhile: whatever they would hold against a first comes after this, or was seen by it.
        await client.query("select pg_advisory_xact_lock(hashtext('count_pending'))");
        const { rows } = await client.query<{ message_id: string; kind: number; looked_at: number; trimmed: number }>(
          TRIM,
          [...after, beforeId],
        );
        await client.query('commit');
        return rows[0];
      } catch (error) {
        await client.query('rollback').catch(() => {}); // the first failure says more
        throw error;
      }
    });
  }
}
