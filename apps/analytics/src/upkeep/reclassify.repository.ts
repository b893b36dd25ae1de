import type { Reclassification } from '@kelp/contract-analytics';
import { classify } from '../classification/classify.js';
import { UserAgents } from '../classification/user-agent.js';
import { Database } from '../database.js';
import { MERGE } from '../metrics/count.repository.js';

/** How many events one transaction judges: merges wait for it. */
const PAGE = 2_000;

/** Opens and clicks, and what the other events of their messages say. */
const READ = `
  select e.event_id, e.message_id, e.type, e.machine_generated, coalesce(e.user_agent, '') as user_agent, e.actor,
    e.actor_reason, e.rules_version,
    (
      select extract(epoch from e.occurred_at - max(x.occurred_at)) * 1000 from event x
      where x.message_id = e.message_id and x.type = 3 and x.occurred_at <= e.occurred_at
    )::float8 as since_delivered_ms,
    (
      select count(distinct x.url) from event x
      where x.message_id = e.message_id and x.type = 8
        and x.occurred_at between e.occurred_at - interval '10 seconds' and e.occurred_at + interval '10 seconds'
    )::integer as links_around
  from (
    select * from event where event_id > $2 and event_id < $3 and type in (7, 8)
      and dimension_id in (select dimension_id from dimension where organization_id = $1)
    order by event_id limit ${PAGE}
  ) e order by e.event_id`;

/** What the messages count for, before and after, with the firsts that follow from how events are judged. */
const APPLY = [
  `create temporary table judged on commit drop as
    select * from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::smallint[]) as j (event_id, message_id, actor, actor_reason)`,
  `create temporary table before on commit drop as
    select * from counted_messages((select array_agg(distinct message_id) from judged))`,
  `update event e set actor = j.actor, actor_reason = j.actor_reason, rules_version = $1
    from judged j where e.event_id = j.event_id`,
  `delete from message_first where message_id in (select message_id from judged) and event_id >= first_retained_id()`,
  `insert into message_first
    select distinct on (e.message_id, k.kind) e.message_id, k.kind, e.event_id
    from event e, unnest(event_firsts(e)) as k (kind)
    where e.message_id in (select message_id from judged) and e.event_id >= first_retained_id()
    order by e.message_id, k.kind, e.event_id
    on conflict do nothing`,
  // As pending counts, of which negative ones are as good as others.
  `with change as (
    select dimension_id, facet_id, minute, measure, sum(n)::integer as n from (
      select * from counted_messages((select array_agg(distinct message_id) from judged))
      union all select dimension_id, facet_id, minute, measure, -n from before
    ) both_times group by 1, 2, 3, 4 having sum(n) <> 0
  ),
  base as (select * from change where facet_id = 0),
  faceted as (select * from change where facet_id <> 0)
  insert into count_pending (dimension_ids, minutes, measures, counts,
    facet_dimension_ids, facet_ids, facet_minutes, facet_measures, facet_counts,
    first_message_ids, first_event_ids, first_kinds, first_dimension_ids, first_minutes, first_facets)
  select b.*, f.*, '{}', '{}', '{}', '{}', '{}', '{}'
  from (
    select coalesce(array_agg(dimension_id), '{}'), coalesce(array_agg(minute), '{}'), coalesce(array_agg(measure), '{}'),
      coalesce(array_agg(n), '{}') from base
  ) b, (
    select coalesce(array_agg(dimension_id), '{}'), coalesce(array_agg(facet_id), '{}'),
      coalesce(array_agg(minute - minute % 15), '{}'), coalesce(array_agg(measure), '{}'), coalesce(array_agg(n), '{}') from faceted
  ) f`,
];

interface Row {
  event_id: string;
  message_id: string;
  type: number;
  machine_generated: number;
  user_agent: string;
  actor: number;
  actor_reason: number;
  rules_version: number;
  since_delivered_ms: number | null;
  links_around: number;
}

/** From the first event behind one id up to another one, of one organization. */
export interface Range {
  readonly organization: string;
  readonly afterId: string;
  readonly beforeId: string;
}

/** What judging some events again made different, and where to go on: undefined after the last. */
export interface Judged {
  readonly examined: number;
  readonly changes: Reclassification[];
  readonly next: string | undefined;
}

/** Judges past events again. */
export class ReclassifyRepository {
  private readonly userAgents = new UserAgents();

  constructor(private readonly database: Database) {}

  /** Judges the next events of a range. */
  async page({ organization, afterId, beforeId }: Range, version: number, dryRun: boolean): Promise<Judged> {
    return this.database.inSnapshot(['count_pending'], async (client) => {
      const { rows } = await client.query<Row>(READ, [organization, afterId, beforeId]);
      const known = rows.filter((row) => !isForgotten(row));
      const judged = known.map((row) => ({ row, ...this.judge(row, version) }));
      const changed = judged.filter(({ row, actor, reason }) => row.actor !== actor || row.actor_reason !== reason);
      if (!dryRun && changed.length > 0) {
        // What is pending was counted by the old judgement: first it is merged, in the same snapshot.
        while ((await client.query<{ merged: number }>(MERGE)).rows[0]!.merged > 0);
        const column = <T>(of: (change: (typeof changed)[number]) => T) => changed.map(of);
        const [judge, before, update, ...rest] = APPLY;
        await client.query(judge!, [
          column(({ row }) => row.event_id),
          column(({ row }) => row.message_id),
          column(({ actor }) => actor),
          column(({ reason }) => reason),
        ]);
        await client.query(before!);
        await client.query(update!, [version]);
        for (const statement of rest) await client.query(statement);
      }
      const next = rows.length === PAGE ? rows.at(-1)!.event_id : undefined;
      return { examined: known.length, changes: changesOf(judged), next };
    });
  }

  private judge(row: Row, version: number) {
    const {
      type,
      machine_generated: machineGenerated,
      since_delivered_ms: sinceDeliveredMs,
      links_around: linksAround,
    } = row;
    const userAgent = this.userAgents.of(row.user_agent);
    return classify({ type, machineGenerated, userAgent, message: { sinceDeliveredMs, linksAround } }, version);
  }
}

/** Its user agent was evidence once, and is gone with the recipient. */
const isForgotten = ({ user_agent, actor_reason }: Row) => user_agent === '' && actor_reason >= 3 && actor_reason <= 7;

function changesOf(judged: readonly { row: Row; actor: number }[]): Reclassification[] {
  const counts = new Map<string, Reclassification>();
  for (const { row, actor } of judged) {
    if (row.actor === actor) continue;
    const key = `${row.type} ${row.actor} ${actor}`;
    const { count = 0n } = counts.get(key) ?? {};
    counts.set(key, { type: row.type, from: row.actor, to: actor, count: count + 1n });
  }
  return [...counts.values()];
}
