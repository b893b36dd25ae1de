import type { Event } from '@kelp/contract-event';
import type { Judgement } from '../classification/classify.js';
import { RecipientRows } from '../recipients/recipient-rows.js';
import { CopyEncoder } from './copy-encoder.js';
import { CountRows } from './count-rows.js';
import type { Dimension } from './dimension.js';
import type { Facet } from './facet.js';

/** What a commit copies: the events, what they add to the counts, and who did what, if anybody did. */
export interface EventRows {
  readonly events: Buffer;
  readonly counts: Buffer;
  readonly recipients: Buffer | undefined;
}

/** What the service finds out about an event. */
export interface Findings extends Judgement {
  readonly dimension: Dimension;
  readonly device: string;
  readonly client: string;
  /** Each once. */
  readonly facets: readonly Facet[];
}

/** The columns of table event, in the order in which `writeEvent` writes them. */
const EVENT_COLUMNS =
  'event_id, message_id, recipient_hash, dimension_id, occurred_at, received_at, link_index, smtp_code, type, machine_generated, ' +
  'sub_type, provider_event_id, provider_message_id, recipient_domain, url, user_agent, ip_country, enhanced_status, diagnostic, ' +
  'tags, metadata, actor, actor_reason, rules_version, recipient_ambiguous, device, client';
const EVENT_COLUMN_COUNT = EVENT_COLUMNS.split(',').length;

export const COPY_EVENTS = `copy event (${EVENT_COLUMNS}) from stdin (format binary)`;

/** Of a typical event; the encoder grows where it is too little. */
const BYTES_PER_EVENT = 512;

/** The rows of some events, none of which occurs twice. */
export function encodeRows(
  events: readonly Event[],
  rulesVersion: number,
  findingsOf: (event: Event) => Findings,
): EventRows {
  const rows = new CopyEncoder(events.length * BYTES_PER_EVENT);
  const counts = new CountRows();
  const recipients = new RecipientRows();
  for (const event of events) {
    const findings = findingsOf(event);
    const occurredAtUs = Number(event.occurredAtUs);
    writeEvent(rows, event, findings, occurredAtUs, rulesVersion);
    counts.add(event, findings, occurredAtUs);
    recipients.add(event, findings);
  }
  return { events: rows.finish(), counts: counts.encode(), recipients: recipients.encode() };
}

function writeEvent(rows: CopyEncoder, event: Event, findings: Findings, occurredAtUs: number, version: number): void {
  rows.row(EVENT_COLUMN_COUNT);
  rows.bytes(event.eventId);
  rows.bytes(event.messageId);
  rows.bytes(event.recipientHash);
  rows.bytes(findings.dimension.id);
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
  rows.int2(findings.actor);
  rows.int2(findings.reason);
  rows.int2(version);
  rows.boolean(event.recipientAmbiguous);
  rows.textOrNull(findings.device);
  rows.textOrNull(findings.client);
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return false;
  return true;
}
