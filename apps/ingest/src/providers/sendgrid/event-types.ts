import { EventType } from '@kelp/contract-event';

/** What one of SendGrid's types means, and which fields it has besides those of all types. */
export interface EventTypeRule {
  readonly type: EventType;
  readonly fields: readonly string[];
}

const transport = ['ip', 'tls', 'cert_err', 'cert_error'];
const reader = ['ip', 'useragent'];
const group = [...reader, 'url', 'url_offset'];

/**
 * SendGrid's types of events about a message. Custom arguments stand beside SendGrid's own fields, so a name is SendGrid's
 * only on the types that have it: `url` on `delivered` is something that the sender called so.
 */
export const eventTypes: ReadonlyMap<string, EventTypeRule> = new Map([
  ['processed', { type: EventType.ACCEPTED, fields: ['send_at', 'pool'] }],
  ['deferred', { type: EventType.DEFERRED, fields: [...transport, 'response', 'reason', 'attempt', 'domain', 'from'] }],
  ['delivered', { type: EventType.DELIVERED, fields: [...transport, 'response'] }],
  ['bounce', { type: EventType.BOUNCED, fields: [...transport, 'type', 'status', 'reason', 'bounce_classification'] }],
  ['dropped', { type: EventType.REJECTED, fields: ['reason', 'status', 'bounce_classification'] }],
  ['open', { type: EventType.OPENED, fields: [...reader, 'sg_machine_open', 'sg_content_type'] }],
  ['click', { type: EventType.CLICKED, fields: [...reader, 'url', 'url_offset', 'sg_content_type'] }],
  ['spamreport', { type: EventType.COMPLAINED, fields: [] }],
  ['unsubscribe', { type: EventType.UNSUBSCRIBED, fields: group }],
  ['group_unsubscribe', { type: EventType.UNSUBSCRIBED, fields: group }],
  ['group_resubscribe', { type: EventType.RESUBSCRIBED, fields: group }],
]);

/** By length, since few types have the same one. */
const rulesByLength: readonly (readonly { readonly name: Buffer; readonly rule: EventTypeRule }[])[] = Array.from(
  { length: 32 },
  (_, length) =>
    [...eventTypes]
      .filter(([name]) => name.length === length)
      .map(([name, rule]) => ({ name: Buffer.from(name), rule })),
);

/** The rule of the type that is named between two places of a body; undefined where it has none. */
export function ruleOfBytes(json: Uint8Array, from: number, end: number): EventTypeRule | undefined {
  return rulesByLength[end - from]?.find(({ name }) => name.every((byte, index) => json[from + index] === byte))?.rule;
}

/** What is about the account rather than a message: for people to see. */
export const ACCOUNT_EVENT = 'account_status_change';

/** Fields that SendGrid puts on events of any type. */
export const commonFields: ReadonlySet<string> = new Set([
  'email',
  'timestamp',
  'event',
  'smtp-id',
  'sg_event_id',
  'sg_message_id',
  'category',
  'newsletter',
  'asm_group_id',
  'sg_template_id',
  'sg_template_name',
  'template_id',
  'template_hash',
  'template_version_id',
  'marketing_campaign_id',
  'marketing_campaign_name',
  'marketing_campaign_version',
  'marketing_campaign_split_id',
  'singlesend_id',
  'singlesend_name',
  'automation_id',
  'automation_name',
  'step_id',
  'phase_id',
  'mc_stats',
  'mc_pod_id',
  'mc_auto_id',
  'mc_auto_name',
  'nlvx',
  'sg_user_id',
  'post_type',
]);

/** The custom arguments that Kelp itself sends along. */
export const kelpFields: ReadonlySet<string> = new Set([
  'kelp_template',
  'kelp_version',
  'kelp_locale',
  'kelp_variant',
  'kelp_campaign',
]);
