import type { Parsed } from '../provider.js';
import { isObject, type JsonObject, objectOf, parseJson } from '../reading/parse-json.js';
import { derivedKey, reportedEvent, type Said, unreadable } from '../reading/reported-event.js';
import { isoToUs } from '../reading/times.js';
import { typeOf } from './event-types.js';

/** Takes a body apart: one event. */
export function parseBody(body: Buffer): Parsed {
  const event = parseJson(body);
  if (!isObject(event)) return { valid: false, message: 'The body is no JSON object.' };
  const { eventName: name } = event;
  const raw = () => body;
  if (typeof name !== 'string') return { valid: true, elements: [unreadable('The body has no "eventName".', raw)] };
  const fields = objectOf(event.dataFields);
  const custom = customOf(fields);
  return {
    valid: true,
    elements: [reportedEvent({ type: typeOf(name), name, custom, said: () => saidIn(event, fields), raw })],
  };
}

/** What the sender sent along stands beside Iterable's own fields; of those, only Kelp's are told apart for sure. */
const customOf = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name.startsWith('kelp_')));

function saidIn({ email, userId, eventName }: JsonObject, fields: JsonObject): Said {
  const { messageId, createdAt, url, recipientState, campaignId } = fields;
  // Who is known to Iterable by an identifier alone has no address here.
  const recipient = email || userId;
  return {
    dedupeKey: derivedKey(messageId, eventName, createdAt, recipient, url),
    recipient,
    occurredAtUs: isoToUs(createdAt),
    subType: recipientState ?? fields.reason ?? fields.unsubSource,
    providerMessageId: messageId,
    campaign: fields.campaignName ?? campaignId,
    tags: fields.labels,
    url,
    linkIndex: fields.hrefIndex,
    userAgent: fields.userAgent,
    country: fields.country,
    words: fields.bounceMessage,
  };
}
