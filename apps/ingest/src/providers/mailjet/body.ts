import type { Parsed, ReportedEvent, UnreadableElement } from '../provider.js';
import { jsonOf } from '../reading/json.js';
import { isObject, type JsonObject, parseJson } from '../reading/parse-json.js';
import { derivedKey, reportedEvent, type Said, unreadable } from '../reading/reported-event.js';
import { secondsToUs } from '../reading/times.js';
import { isSet, typeOf } from './event-types.js';

/** Takes a body apart: one event, or a list of them. */
export function parseBody(body: Buffer): Parsed {
  const json = parseJson(body);
  const elements = isObject(json) ? [json] : json;
  if (!Array.isArray(elements)) return { valid: false, message: 'The body is neither an event nor a list of them.' };
  return { valid: true, elements: read(elements) };
}

function* read(elements: readonly unknown[]): Generator<ReportedEvent | UnreadableElement> {
  for (const element of elements) {
    const raw = () => Buffer.from(jsonOf(element));
    if (!isObject(element) || typeof element.event !== 'string') {
      yield unreadable('The element does not say which event it is.', raw);
      continue;
    }
    const custom = customOf(element);
    yield reportedEvent({ type: typeOf(element), name: element.event, custom, said: () => saidIn(element), raw });
  }
}

/** What the sender attached: an identifier, and one text, which is JSON where it holds several things. */
function customOf({ Payload: payload, CustomID: id }: JsonObject): JsonObject {
  const own = id === undefined || id === '' ? {} : { CustomID: id };
  if (typeof payload !== 'string' || payload === '') return own;
  const json = parseJson(payload);
  return { ...own, ...(isObject(json) ? json : { Payload: payload }) };
}

function saidIn(event: JsonObject): Said {
  const { event: name, MessageID, Message_GUID: guid, email, time, url } = event;
  return {
    dedupeKey: derivedKey(name, String(MessageID ?? guid), email, String(time), url),
    recipient: email,
    occurredAtUs: secondsToUs(time),
    subType: subTypeOf(event),
    providerMessageId: MessageID || guid,
    campaign: event.customcampaign,
    url,
    userAgent: event.agent,
    country: event.geo,
    words: event.comment || event.smtp_reply || event.error,
  };
}

function subTypeOf({
  event,
  hard_bounce: hard,
  error,
  error_related_to: related,
  mj_list_id: list,
  source,
}: JsonObject): unknown {
  switch (event) {
    case 'bounce':
      return isSet(hard) ? 'hard' : error === 'greylisted' ? error : 'soft';
    case 'blocked':
      return error || related;
    case 'spam':
      return source;
    case 'unsub':
      return list;
    default:
      return '';
  }
}
