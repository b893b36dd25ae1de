import { createHash } from 'node:crypto';
import { EventType, MachineGenerated } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import { text, wholeNumber } from '../../event/text.js';
import type { EventDetails, ReportedEvent, Unreadable, UnreadableElement } from '../provider.js';
import { jsonOf } from './json.js';
import type { JsonObject } from './parse-json.js';
import { NUMBER_MAX, sentWith, tagsOf, templateOf } from './sent-with.js';
import { smtpReply } from './smtp-reply.js';

const SHORT = 256;
const LONG = 1024;

/** Says of an event that its provider does not tell for which of the message's recipients it is. */
export const SOMEBODY = Symbol('one of the recipients');

/** What a provider says of an event, as it came: nothing of it is checked or bounded yet. */
export interface Said {
  /** Tells it from all others of its connection and type, and is the same when it is posted again. */
  readonly dedupeKey: string;
  /** The address; `SOMEBODY` where it can be one of several. */
  readonly recipient: unknown;
  /** Undefined where it is no time. */
  readonly occurredAtUs: bigint | undefined;
  readonly subType?: unknown;
  readonly providerEventId?: unknown;
  readonly providerMessageId?: unknown;
  /** The campaign as the provider knows it: the sender's own argument goes before it. */
  readonly campaign?: unknown;
  readonly tags?: unknown;
  readonly url?: unknown;
  readonly linkIndex?: unknown;
  readonly userAgent?: unknown;
  readonly country?: unknown;
  readonly machineGenerated?: MachineGenerated;
  /** What the receiving server said. */
  readonly words?: unknown;
  readonly smtpCode?: unknown;
  readonly enhancedStatus?: unknown;
}

/** An event as an adapter sees it. */
export interface Seen {
  readonly type: EventType;
  /** The type in the provider's words. */
  readonly name: unknown;
  /** What the sender attached to the message. */
  readonly custom: JsonObject;
  /** Reads the rest, where somebody wants it. */
  readonly said: () => Said;
  readonly raw: () => Buffer;
}

/** An event for the filter to decide about, and to read where it is kept. */
export function reportedEvent({ type, name, custom, said, raw }: Seen): ReportedEvent {
  const read = () => (type === EventType.UNKNOWN ? unknownType(name) : detailsOf(type, said(), custom));
  return { type, template: templateOf(custom), read, raw };
}

/** An element that cannot be an event. */
export const unreadable = (problem: string, raw: () => Buffer): UnreadableElement => ({
  kind: DeadLetterKind.SCHEMA,
  problem,
  raw,
});

const unknownType = (name: unknown): Unreadable => ({
  kind: DeadLetterKind.UNKNOWN_TYPE,
  problem: `Events of type "${text(name, SHORT)}" are not known.`,
});

function detailsOf(type: EventType, said: Said, custom: JsonObject): EventDetails | Unreadable {
  const schema = (problem: string) => ({ kind: DeadLetterKind.SCHEMA, problem });
  const recipient = said.recipient === SOMEBODY ? '' : addressIn(text(said.recipient, LONG));
  if (recipient === '' && said.recipient !== SOMEBODY) return schema('The event names no recipient.');
  const { occurredAtUs } = said;
  if (occurredAtUs === undefined) return schema('The event does not say when it happened.');
  const sent = sentWith(custom);
  const words = text(said.words, LONG);
  const reply = smtpReply(words, text(said.enhancedStatus, SHORT));
  return {
    ...sent,
    type,
    subType: text(said.subType, SHORT),
    dedupeKey: said.dedupeKey,
    recipient,
    recipientAmbiguous: said.recipient === SOMEBODY,
    occurredAtUs,
    providerEventId: text(said.providerEventId, SHORT),
    providerMessageId: text(said.providerMessageId, LONG).replace(/^<|>$/g, '').slice(0, SHORT),
    campaign: sent.campaign || text(said.campaign, SHORT),
    tags: tagsOf(said.tags),
    url: text(said.url, 2048),
    linkIndex: wholeNumber(said.linkIndex, 0, NUMBER_MAX) ?? 0,
    userAgent: text(said.userAgent, LONG),
    ipCountry: countryOf(said.country),
    machineGenerated: said.machineGenerated ?? MachineGenerated.UNSPECIFIED,
    smtpCode: wholeNumber(said.smtpCode, 1, 999) ?? reply.code,
    enhancedStatus: reply.enhancedStatus.slice(0, 16),
    diagnostic: words,
  };
}

/** An address may stand behind a name: `Ada <ada@example.com>`. */
const addressIn = (written: string): string => (/<([^<>]+)>\s*$/.exec(written)?.[1] ?? written).trim();

const countryOf = (value: unknown): string =>
  typeof value === 'string' && /^[a-z]{2}$/i.test(value) ? value.toUpperCase() : '';

/**
 * A key for events to which the provider gives no identifier of their own.
 * @param parts what tells them apart, in a fixed order
 */
export const derivedKey = (...parts: readonly unknown[]): string =>
  `derived:${createHash('sha256').update(jsonOf(parts)).digest('base64url')}`;

/** The provider's own identifier as the key; a derived one where it gave none. */
export const keyOf = (id: unknown, ...parts: readonly unknown[]): string =>
  (typeof id === 'string' && id !== '') || typeof id === 'number' ? `id:${id}` : derivedKey(...parts);
