import type { Event } from '@kelp/contract-event';
import { CopyEncoder } from './copy-encoder.js';
import type { Dimension } from './dimension.js';

/** What a commit copies: the events, and what they add to the counts. */
export interface EventRows {
  readonly events: Buffer;
  readonly counts: Buffer;
}

/** The columns of table event, in the order in which `writeEvent` writes them. */
const EVENT_COLUMNS =
  'event_id, message_id, recipient_hash, dimension_id, occurred_at, received_at, link_index, smtp_code, type, machine_generated, ' +
  'sub_type, provider_event_id, provider_message_id, recipient_domain, url, user_agent, ip_country, enhanced_status, diagnostic, ' +
  'tags, metadata';
const EVENT_COLUMN_COUNT = EVENT_COLUMNS.split(',').length;

export const COPY_EVENTS = `copy event (${EVENT_COLUMNS}) from stdin (format binary)`;
export const COPY_COUNTS = 'copy count_pending (dimension_ids, minutes, types, counts) from stdin (format binary)';

/** Of a typical event; the encoder grows where it is too little. */
const BYTES_PER_EVENT = 512;
const MINUTE_US = 60_000_000;

/** Leaves room for the type beside the minute in one exact number. */
const TYPES = 32_768;

/** The rows of some events, none of which occurs twice. */
export function encodeRows(events: readonly Event[], dimensionOf: (event: Event) => Dimension): EventRows {
  const rows = new CopyEncoder(events.length * BYTES_PER_EVENT);
  const counts = new Map<Dimension, Map<number, number>>();
  for (const event of events) {
    const dimension = dimensionOf(event);
    const occurredAtUs = Number(event.occurredAtUs);
    writeEvent(rows, event, dimension.id, occurredAtUs);
    const ofDimension = counts.get(dimension) ?? new Map<number, number>();
    counts.set(dimension, ofDimension);
    const key = Math.floor(occurredAtUs / MINUTE_US) * TYPES + event.type;
    ofDimension.set(key, (ofDimension.get(key) ?? 0) + 1);
  }
  return { events: rows.finish(), counts: encodeCounts(counts) };
}

function writeEvent(rows: CopyEncoder, event: Event, dimensionId: Buffer, occurredAtUs: number): void {
  rows.row(EVENT_COLUMN_COUNT);
  rows.bytes(event.eventId);
  rows.bytes(event.messageId);
  rows.bytes(event.recipientHash);
  rows.bytes(dimensionId);
  rows.timestamp(occurredAtUs);
  rows.timestamp(Number(event.receivedAtUs));
  rows.int4(event.linkIndex);
  rows.int4(event.smtpCode);
  rows.int2(event.type);
  rows.int2(event.machineGenerated);
  rows.textOrNull(event.subType);
  rows.textOrNull(event.providerEventId);
  rows.textOrNull(event.providerMessageId);
  rows.textOrNull(event.recipientDomain);
  rows.textOrNull(event.url);
  rows.textOrNull(event.userAgent);
  rows.textOrNull(event.ipCountry);
  rows.textOrNull(event.enhancedStatus);
  rows.textOrNull(event.diagnostic);
  if (event.tags.length > 0) rows.textArray(event.tags);
  else rows.null();
  if (isEmpty(event.metadata)) rows.null();
  else rows.jsonb(event.metadata);
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return false;
  return true;
}

/** One row: what the commit adds for each dimension, minute and type. */
function encodeCounts(counts: ReadonlyMap<Dimension, ReadonlyMap<number, number>>): Buffer {
  const dimensionIds: Buffer[] = [];
  const minutes: number[] = [];
  const types: number[] = [];
  const numbers: number[] = [];
  for (const [dimension, ofDimension] of counts) {
    for (const [key, count] of ofDimension) {
      dimensionIds.push(dimension.id);
      minutes.push(Math.floor(key / TYPES));
      types.push(key % TYPES);
      numbers.push(count);
    }
  }
  const row = new CopyEncoder(128 + numbers.length * 38);
  row.row(4);
  row.int8Array(dimensionIds);
  row.int4Array(minutes);
  row.int2Array(types);
  row.int4Array(numbers);
  return row.finish();
}
