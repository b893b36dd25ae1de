import type { Event } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';

const timeOf = (us: bigint) => new Date(Number(us / 1000n));
const orNull = (text: string) => text || null;

/** An event as a row of the store's table, in Prisma's words, in the order of `COLUMNS`. */
export const rowOf = (event: Event) => ({
  eventId: bytesToUuid(event.eventId),
  messageId: bytesToUuid(event.messageId),
  recipientHash: bytesToUuid(event.recipientHash),
  dimensionId: BigInt(event.templateVersion),
  occurredAt: timeOf(event.occurredAtUs),
  receivedAt: timeOf(event.receivedAtUs),
  linkIndex: event.linkIndex,
  smtpCode: event.smtpCode,
  type: event.type as number,
  machineGenerated: event.machineGenerated as number,
  subType: orNull(event.subType),
  providerEventId: orNull(event.providerEventId),
  providerMessageId: orNull(event.providerMessageId),
  recipientDomain: orNull(event.recipientDomain),
  url: orNull(event.url),
  userAgent: orNull(event.userAgent),
  ipCountry: orNull(event.ipCountry),
  enhancedStatus: orNull(event.enhancedStatus),
  diagnostic: orNull(event.diagnostic),
  tags: event.tags,
});

/** The columns of `rowOf`, in PostgreSQL's words. */
export const COLUMNS = [
  'event_id',
  'message_id',
  'recipient_hash',
  'dimension_id',
  'occurred_at',
  'received_at',
  'link_index',
  'smtp_code',
  'type',
  'machine_generated',
  'sub_type',
  'provider_event_id',
  'provider_message_id',
  'recipient_domain',
  'url',
  'user_agent',
  'ip_country',
  'enhanced_status',
  'diagnostic',
  'tags',
];
