import type { EventFilter, StoredEvent } from '@kelp/contract-analytics';
import { Event } from '@kelp/contract-event';
import { bytesToUuid, uuidToBytes } from '@kelp/resource';
import { Database } from '../database.js';
import { firstIdAt } from '../event/event-time.js';
import { templateName, versionName } from '../metrics/grouping.js';

/** As many events as are looked at for one page: what it costs is bounded, whatever the filter lets through. */
const SCAN_MAX = 20_000;
const TIMELINE_MAX = 1_000;

interface Row {
  event_id: string;
  message_id: string;
  recipient_hash: string;
  occurred_us: string;
  received_us: string;
  organization_id: string;
  connection_id: string;
  template_id: string | null;
  workspace_id: string | null;
  sub_type: string | null;
  provider_event_id: string | null;
  provider_message_id: string | null;
  recipient_domain: string | null;
  url: string | null;
  user_agent: string | null;
  ip_country: string | null;
  enhanced_status: string | null;
  diagnostic: string | null;
  tags: string[] | null;
  metadata: Record<string, string> | null;
  device: string | null;
  client: string | null;
  locale: string;
  variant: string;
  campaign: string;
  type: number;
  provider: number;
  template_version: number;
  link_index: number;
  smtp_code: number;
  machine_generated: number;
  actor: number;
  actor_reason: number;
  rules_version: number;
  recipient_ambiguous: boolean;
  first: boolean;
}

// A look-up for each event: `exists` may read all firsts instead.
const COLUMNS = `e.*, d.*, (extract(epoch from occurred_at) * 1000000)::bigint as occurred_us,
  (extract(epoch from received_at) * 1000000)::bigint as received_us,
  coalesce((
    select true from message_first m where m.message_id = e.message_id and m.event_id = e.event_id and m.kind in (1, 3) limit 1
  ), false) as first`;

/** Some events, and where to go on. */
export interface Page {
  readonly events: StoredEvent[];
  /** The id of the last event that was looked at; undefined where there are no more. */
  readonly next: string | undefined;
}

/** Reads events one by one, as they are stored. */
export class EventReader {
  constructor(private readonly database: Database) {}

  /** Events behind another one, in the order of time or against it. */
  async page(
    organization: string,
    filter: EventFilter | undefined,
    { after, limit, newestFirst }: { after: string | undefined; limit: number; newestFirst: boolean },
  ): Promise<Page> {
    const values: unknown[] = [organization];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const bounds = boundsOf(filter, bind);
    if (after !== undefined) bounds.push(`event_id ${newestFirst ? '<' : '>'} ${bind(after)}`);
    const { ofDimension, ofEvent } = conditionsOf(filter, bind);
    const order = newestFirst ? 'desc' : '';
    // Reads on only until the page is full: `limit` and `offset 0` keep the order of the index all the way up.
    const scan = (columns: string) =>
      `select ${columns} from event ${bounds.length > 0 ? `where ${bounds.join(' and ')}` : ''} order by event_id ${order}`;
    const limitPlace = bind(limit);
    const rows = await this.database.prepared<Row & { is_cut: boolean; last: string | null }>(
      `with found as materialized (
        select ${COLUMNS} from (${scan('*')} limit ${SCAN_MAX}) e,
          lateral (select * from dimension where dimension_id = e.dimension_id and organization_id = $1${ofDimension} offset 0) d
        where true${ofEvent} limit ${limitPlace}::integer
      ),
      page as (select (select count(*) from found) = ${limitPlace}::integer as is_cut)
      select found.*, is_cut,
        case when not is_cut then (${scan('event_id')} offset ${SCAN_MAX - 1} limit 1) end as last
      from page left join found on true order by event_id ${order}`,
      values,
    );
    const events = rows.filter((row) => row.event_id !== null);
    const [head] = rows;
    return { events: events.map(toStored), next: head!.is_cut ? events.at(-1)!.event_id : (head!.last ?? undefined) };
  }

  /** All that happened to a message. */
  async timeline(organization: string, messageId: Buffer): Promise<StoredEvent[]> {
    const rows = await this.database.prepared<Row>(
      `select ${COLUMNS} from event e join dimension d using (dimension_id)
      where e.message_id = $2 and organization_id = $1 order by event_id limit ${TIMELINE_MAX}`,
      [organization, bytesToUuid(messageId)],
    );
    return rows.map(toStored);
  }
}

/** The time bounds, as bounds of the id, which begins with the time: they choose the partitions. */
function boundsOf(filter: EventFilter | undefined, bind: (value: unknown) => string): string[] {
  const bounds: string[] = [];
  if (filter?.startTime) bounds.push(`event_id >= ${bind(firstIdAt(filter.startTime.getTime()))}`);
  if (filter?.endTime) bounds.push(`event_id < ${bind(firstIdAt(filter.endTime.getTime()))}`);
  return bounds;
}

function conditionsOf(filter: EventFilter | undefined, bind: (value: unknown) => string) {
  let ofDimension = '';
  let ofEvent = '';
  if (!filter) return { ofDimension, ofEvent };
  const version = versionName.parse(filter.template);
  const template = version ?? templateName.parse(filter.template);
  if (template) ofDimension += ` and template_id = ${bind(template.template)}`;
  if (version) ofDimension += ` and template_version = ${bind(Number(version.version))}`;
  for (const column of ['variant', 'campaign', 'locale'] as const) {
    if (filter[column] !== '') ofDimension += ` and ${column} = ${bind(storable(filter[column]))}`;
  }
  if (filter.types.length > 0) ofEvent += ` and type = any (${bind(filter.types)}::integer[])`;
  if (filter.actors.length > 0) ofEvent += ` and type in (7, 8) and actor = any (${bind(filter.actors)}::integer[])`;
  if (filter.recipientHash.length > 0) ofEvent += ` and recipient_hash = ${bind(bytesToUuid(filter.recipientHash))}`;
  if (filter.recipientDomain !== '') ofEvent += ` and recipient_domain = ${bind(storable(filter.recipientDomain))}`;
  return { ofDimension, ofEvent };
}

const storable = (text: string) => text.replaceAll('\0', '\ufffd');

const bytesOf = (uuid: string | null): Buffer => (uuid === null ? Buffer.alloc(0) : uuidToBytes(uuid));

const toStored = (row: Row): StoredEvent => ({
  event: Event.create({
    eventId: bytesOf(row.event_id),
    type: row.type,
    subType: row.sub_type ?? '',
    occurredAtUs: BigInt(row.occurred_us),
    receivedAtUs: BigInt(row.received_us),
    organizationId: bytesOf(row.organization_id),
    connectionId: bytesOf(row.connection_id),
    provider: row.provider,
    providerEventId: row.provider_event_id ?? '',
    providerMessageId: row.provider_message_id ?? '',
    messageId: bytesOf(row.message_id),
    recipientHash: bytesOf(row.recipient_hash),
    recipientDomain: row.recipient_domain ?? '',
    templateId: bytesOf(row.template_id),
    templateVersion: row.template_version,
    locale: row.locale,
    variant: row.variant,
    campaign: row.campaign,
    tags: row.tags ?? [],
    metadata: row.metadata ?? {},
    url: row.url ?? '',
    linkIndex: row.link_index,
    userAgent: row.user_agent ?? '',
    ipCountry: row.ip_country ?? '',
    machineGenerated: row.machine_generated,
    smtpCode: row.smtp_code,
    enhancedStatus: row.enhanced_status ?? '',
    diagnostic: row.diagnostic ?? '',
    workspaceId: bytesOf(row.workspace_id),
    recipientAmbiguous: row.recipient_ambiguous,
  }),
  actor: row.actor,
  actorReason: row.actor_reason,
  rulesVersion: row.rules_version,
  device: row.device ?? '',
  client: row.client ?? '',
  first: row.first,
});
