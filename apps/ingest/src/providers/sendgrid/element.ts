import { EventType, MachineGenerated } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import { isUuid } from '@kelp/resource';
import { text, wholeNumber } from '../../event/text.js';
import type { EventDetails, ReportedEvent, Unreadable, UnreadableElement } from '../provider.js';
import { jsonOf } from '../reading/json.js';
import { smtpReply } from '../reading/smtp-reply.js';
import { secondsToUs } from '../reading/times.js';
import { customArguments, tagsOf } from './custom-arguments.js';
import { dedupeKeyOf } from './dedupe-key.js';
import { ACCOUNT_EVENT, type EventTypeRule, eventTypes } from './event-types.js';

/** The largest number that every store holds. */
const NUMBER_MAX = 2_147_483_647;
const SHORT = 256;
const LONG = 1024;

/** An element as JSON.parse made it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Sees an event in one element of the array. */
export function readElement(element: unknown): ReportedEvent | UnreadableElement {
  const raw = () => Buffer.from(jsonOf(element));
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    return { kind: DeadLetterKind.SCHEMA, problem: 'The element is not an object.', raw };
  }
  const fields = element as JsonObject;
  const { event } = fields;
  if (typeof event !== 'string' || event === '') {
    return { kind: DeadLetterKind.SCHEMA, problem: 'The element does not say which event it is.', raw };
  }
  if (event === ACCOUNT_EVENT) {
    const problem = `The account's status changed: "${text(fields.type, SHORT)}". This is about no message.`;
    return { kind: DeadLetterKind.UNKNOWN_TYPE, problem, raw };
  }
  const rule = eventTypes.get(event);
  const template = templateOf(fields.kelp_template);
  const read = () => (rule ? detailsOf(fields, event, rule, template) : unknownType(event));
  return { type: rule?.type ?? EventType.UNKNOWN, template, read, raw };
}

const unknownType = (event: string): Unreadable => ({
  kind: DeadLetterKind.UNKNOWN_TYPE,
  problem: `Events of type "${text(event, SHORT)}" are not known.`,
});

/** The template that `kelp_template` names, a UUID in its canonical form; empty where it names none. */
export function templateOf(template: unknown): string {
  if (typeof template !== 'string') return '';
  const canonical = template.trim().toLowerCase();
  return isUuid(canonical) ? canonical : '';
}

function detailsOf(all: JsonObject, event: string, rule: EventTypeRule, template: string): EventDetails | Unreadable {
  const unreadable = (problem: string) => ({ kind: DeadLetterKind.SCHEMA, problem });
  const recipient = text(all.email, LONG).trim();
  if (recipient === '') return unreadable('The event names no recipient in "email".');
  const occurredAtUs = secondsToUs(all.timestamp);
  if (occurredAtUs === undefined) return unreadable('The event\'s "timestamp" is not a time in seconds.');
  // A name that the type does not have is a custom argument, whatever it means elsewhere.
  const own: JsonObject = Object.fromEntries(rule.fields.map((field) => [field, all[field]]));
  const words = text(own.response, LONG) || text(own.reason, LONG);
  const reply = smtpReply(words, text(own.status, SHORT));
  const offset = typeof own.url_offset === 'object' ? (own.url_offset as JsonObject | null) : undefined;
  return {
    dedupeKey: dedupeKeyOf(all),
    recipient,
    template,
    type: rule.type,
    subType: subTypeOf(event, all, own),
    occurredAtUs,
    providerEventId: text(all.sg_event_id, SHORT),
    providerMessageId: messageIdOf(all),
    templateVersion: wholeNumber(all.kelp_version, 0, NUMBER_MAX) ?? 0,
    locale: text(all.kelp_locale, 35),
    variant: text(all.kelp_variant, SHORT),
    campaign: text(all.kelp_campaign, SHORT) || text(all.marketing_campaign_name ?? all.singlesend_name, SHORT),
    tags: tagsOf(all.category),
    metadata: customArguments(all, rule),
    url: text(own.url, 2048),
    linkIndex: wholeNumber(offset?.index, 0, NUMBER_MAX) ?? 0,
    userAgent: text(own.useragent, LONG),
    ipCountry: '',
    machineGenerated: machineOf(rule.type, own),
    smtpCode: reply.code,
    enhancedStatus: reply.enhancedStatus.slice(0, 16),
    diagnostic: words,
  };
}

/** `X-Message-Id` of the send: what stands before the first dot. An asynchronous bounce has the SMTP identifier alone. */
function messageIdOf(all: JsonObject): string {
  const [id] = text(all.sg_message_id, LONG).split('.', 1);
  return (id || text(all['smtp-id'], LONG).replace(/^<|>$/g, '')).slice(0, SHORT);
}

function subTypeOf(event: string, all: JsonObject, own: JsonObject): string {
  switch (event) {
    case 'bounce':
      return text(own.type, SHORT);
    case 'dropped':
      return text(own.reason, SHORT);
    case 'group_unsubscribe':
    case 'group_resubscribe':
      return text(all.asm_group_id, SHORT);
    case 'open':
      return text(own.sg_content_type, SHORT);
    default:
      return '';
  }
}

function machineOf(type: EventType, { sg_machine_open: machine, useragent }: JsonObject): MachineGenerated {
  if (type !== EventType.OPENED) return MachineGenerated.UNSPECIFIED;
  if (machine === true || machine === 'true' || machine === 1 || machine === '1') return MachineGenerated.MPP;
  if (typeof useragent === 'string' && /GoogleImageProxy|YahooMailProxy/.test(useragent)) return MachineGenerated.PROXY;
  return machine === false || machine === 'false' ? MachineGenerated.HUMAN : MachineGenerated.UNSPECIFIED;
}
