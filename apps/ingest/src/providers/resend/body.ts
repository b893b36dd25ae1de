import type { Parsed } from '../provider.js';
import { isObject, type JsonObject, listOf, objectOf, parseJson } from '../reading/parse-json.js';
import { keyOf, reportedEvent, type Said, SOMEBODY, unreadable } from '../reading/reported-event.js';
import { isoToUs } from '../reading/times.js';
import { typeOf } from './event-types.js';

/**
 * Takes a body apart: one event.
 * @param id Svix's, which is the same when it is posted again
 */
export function parseBody(body: Buffer, id: unknown): Parsed {
  const event = parseJson(body);
  if (!isObject(event)) return { valid: false, message: 'The body is no JSON object.' };
  const { type: name, data } = event;
  const raw = () => body;
  if (typeof name !== 'string' || !isObject(data)) {
    return { valid: true, elements: [unreadable('The body has no "type", or no "data".', raw)] };
  }
  const said = () => saidIn(event, data, id);
  return { valid: true, elements: [reportedEvent({ type: typeOf(name), name, custom: customOf(data), said, raw })] };
}

/** Tags are an object, or a list of names with values. A header of the sender's may hold more of them as JSON. */
function customOf({ tags, headers }: JsonObject): JsonObject {
  const header = listOf(headers)
    .map(objectOf)
    .find(({ name }) => typeof name === 'string' && name.toLowerCase() === 'x-metadata')?.value;
  const fromHeader = typeof header === 'string' ? objectOf(parseJson(header)) : {};
  const pairs = listOf(tags)
    .map(objectOf)
    .flatMap(({ name, value }): [string, unknown][] => (typeof name === 'string' ? [[name, value]] : []));
  return Object.fromEntries([...Object.entries(fromHeader), ...pairs, ...Object.entries(objectOf(tags))]);
}

function saidIn({ type, created_at: at }: JsonObject, data: JsonObject, id: unknown): Said {
  const { to, email_id: message } = data;
  const [bounce, click, failed, suppressed] = [data.bounce, data.click, data.failed, data.suppressed].map(objectOf);
  return {
    dedupeKey: keyOf(id, type, message, at, click?.link),
    // An event for each recipient, of which none says for whom it is.
    recipient: !Array.isArray(to) ? to : to.length > 1 ? SOMEBODY : to[0],
    occurredAtUs: isoToUs(at),
    subType: [bounce?.type, bounce?.subType].filter(Boolean).join('/') || suppressed?.type,
    providerEventId: id,
    providerMessageId: message,
    url: click?.link,
    userAgent: click?.userAgent,
    words: bounce?.message ?? failed?.reason ?? suppressed?.message,
  };
}
