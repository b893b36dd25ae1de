import { EventType, MachineGenerated } from '@kelp/contract-event';
import type { Parsed, ReportedEvent, UnreadableElement } from '../provider.js';
import { jsonOf } from '../reading/json.js';
import { isObject, type JsonObject, objectOf, parseJson } from '../reading/parse-json.js';
import { keyOf, reportedEvent, type Said, unreadable } from '../reading/reported-event.js';
import { isoToUs, secondsToUs } from '../reading/times.js';
import { categoryOf, typeOf } from './event-types.js';

const eventClasses: ReadonlySet<string> = new Set(['message_event', 'track_event', 'gen_event', 'unsubscribe_event']);
/** What arrives over the same webhook and is about no message that was sent from here. */
const otherClasses: ReadonlySet<string> = new Set(['relay_event', 'relay_message', 'ab_test_event', 'ingest_event']);

/** Takes a body apart: a list of events, each in an envelope that names its class. A single one is as good. */
export function parseBody(body: Buffer): Parsed {
  const json = parseJson(body);
  const elements = isObject(json) ? [json] : json;
  if (!Array.isArray(elements)) return { valid: false, message: 'The body is not a list of events.' };
  return { valid: true, elements: read(elements) };
}

function* read(elements: readonly unknown[]): Generator<ReportedEvent | UnreadableElement> {
  for (const element of elements) {
    const raw = () => Buffer.from(jsonOf(element));
    const envelope = objectOf(element).msys;
    if (!isObject(envelope)) {
      yield unreadable('The element has no "msys".', raw);
      continue;
    }
    // An empty envelope is how SparkPost asks whether anybody listens.
    for (const [name, event] of Object.entries(envelope)) yield readEvent(name, event, raw);
  }
}

function readEvent(name: string, event: unknown, raw: () => Buffer): ReportedEvent | UnreadableElement {
  if (otherClasses.has(name)) {
    return reportedEvent({ type: EventType.UNSPECIFIED, name, custom: {}, said: () => saidIn({}), raw });
  }
  if (!isObject(event)) return unreadable(`The element's "${name.slice(0, 64)}" is no object.`, raw);
  const type = eventClasses.has(name) ? typeOf(event.type, event.bounce_class) : EventType.UNKNOWN;
  const custom = objectOf(event.rcpt_meta);
  return reportedEvent({ type, name: event.type ?? name, custom, said: () => saidIn(event), raw });
}

function saidIn(event: JsonObject): Said {
  const { event_id: id, type, timestamp, transmission_id: transmission, message_id: message } = event;
  const recipient = event.raw_rcpt_to || event.rcpt_to;
  return {
    dedupeKey: keyOf(id, type, timestamp, transmission, message, recipient),
    recipient,
    occurredAtUs: secondsToUs(timestamp) ?? isoToUs(timestamp),
    subType: event.bounce_class === undefined ? type : categoryOf(event.bounce_class),
    providerEventId: id,
    providerMessageId: transmission || message,
    campaign: event.campaign_id,
    tags: event.rcpt_tags,
    url: event.target_link_url,
    userAgent: event.user_agent,
    country: objectOf(event.geo_ip).country,
    machineGenerated: machineOf(objectOf(event.user_agent_parsed)),
    words: event.raw_reason || event.reason,
    smtpCode: event.error_code,
  };
}

function machineOf({ is_prefetched: prefetched, is_proxy: proxy }: JsonObject): MachineGenerated {
  if (prefetched === true) return MachineGenerated.MPP;
  return proxy === true ? MachineGenerated.PROXY : MachineGenerated.UNSPECIFIED;
}
