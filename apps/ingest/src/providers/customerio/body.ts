import { MachineGenerated } from '@kelp/contract-event';
import type { Parsed } from '../provider.js';
import { isObject, type JsonObject, objectOf, parseJson } from '../reading/parse-json.js';
import { keyOf, reportedEvent, type Said, unreadable } from '../reading/reported-event.js';
import { secondsToUs } from '../reading/times.js';
import { typeOf } from './event-types.js';

/** Takes a body apart: one event. */
export function parseBody(body: Buffer): Parsed {
  const event = parseJson(body);
  if (!isObject(event)) return { valid: false, message: 'The body is no JSON object.' };
  const { metric, object_type: objectType, data } = event;
  const raw = () => body;
  if (typeof metric !== 'string' || !isObject(data)) {
    return { valid: true, elements: [unreadable('The body has no "metric", or no "data".', raw)] };
  }
  const type = typeOf(objectType, metric);
  // Nothing of the sender's travels along but what a later release of Customer.io may put here.
  const custom = objectOf(data.trigger_data ?? data.message_data);
  return {
    valid: true,
    elements: [reportedEvent({ type, name: metric, custom, said: () => saidIn(event, data), raw })],
  };
}

function saidIn({ event_id: id, metric, timestamp }: JsonObject, data: JsonObject): Said {
  const { delivery_id: message, href } = data;
  const recipient = data.recipient || objectOf(data.identifiers).email || data.email_address;
  return {
    dedupeKey: keyOf(id, metric, message, recipient, timestamp, href),
    recipient,
    occurredAtUs: secondsToUs(timestamp),
    // An open of a person is reported twice: as `opened`, and as this.
    subType: metric,
    providerEventId: id,
    providerMessageId: message,
    campaign: data.campaign_id ?? data.broadcast_id ?? data.newsletter_id ?? data.transactional_message_id,
    url: href,
    machineGenerated: /^human_/.test(String(metric)) ? MachineGenerated.HUMAN : MachineGenerated.UNSPECIFIED,
    words: data.failure_message,
  };
}
