import type { Parsed, ReportedEvent, UnreadableElement } from '../provider.js';
import { jsonOf } from '../reading/json.js';
import { isObject, type JsonObject, listOf, objectOf, parseJson } from '../reading/parse-json.js';
import { derivedKey, reportedEvent, type Said, unreadable } from '../reading/reported-event.js';
import { secondsToUs } from '../reading/times.js';
import { typeOf } from './event-types.js';
import { formOf } from './form.js';

/** Takes a body apart: a form with one field, which holds a list of events as JSON. */
export function parseBody(body: Buffer): Parsed {
  const field = formOf(body)?.get('mandrill_events');
  if (field === undefined || field === null) return { valid: false, message: 'The form has no "mandrill_events".' };
  const elements = parseJson(field);
  if (!Array.isArray(elements))
    return { valid: false, message: 'The form\'s "mandrill_events" is not a list of events.' };
  return { valid: true, elements: read(elements) };
}

function* read(elements: readonly unknown[]): Generator<ReportedEvent | UnreadableElement> {
  for (const element of elements) {
    const raw = () => Buffer.from(jsonOf(element));
    if (!isObject(element)) {
      yield unreadable('The element is not an object.', raw);
      continue;
    }
    const message = objectOf(element.msg);
    const name = element.event ?? element.type;
    const custom = customOf(message);
    yield reportedEvent({ type: typeOf(element), name, custom, said: () => saidIn(element, message), raw });
  }
}

/** Absent, or an empty list, where there is none. */
const customOf = ({ metadata }: JsonObject): JsonObject => objectOf(metadata);

function saidIn(event: JsonObject, message: JsonObject): Said {
  const { event: name, _id: id, ts, url, ip } = event;
  const { email } = message;
  const reject = objectOf(message.reject);
  const smtp = listOf(message.smtp_events).map(objectOf).at(-1);
  return {
    dedupeKey: derivedKey(name, id, String(ts), url, ip),
    recipient: email,
    occurredAtUs: secondsToUs(ts),
    subType: /_bounce$/.test(String(name)) ? name : reject.reason,
    providerMessageId: message._id || id,
    tags: message.tags,
    url,
    userAgent: event.user_agent,
    country: objectOf(event.location).country_short,
    words: message.diag || smtp?.diag || message.bounce_description || reject.last_event,
  };
}
