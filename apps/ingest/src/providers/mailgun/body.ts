import { MachineGenerated } from '@kelp/contract-event';
import type { Parsed } from '../provider.js';
import { isObject, type JsonObject, objectOf, parseJson } from '../reading/parse-json.js';
import { keyOf, reportedEvent, type Said, unreadable } from '../reading/reported-event.js';
import { secondsToUs } from '../reading/times.js';
import { typeOf } from './event-types.js';

/** Takes a body apart: one event, and the signature that proves it. */
export function parseBody(body: Buffer): Parsed {
  const json = parseJson(body);
  if (!isObject(json)) return { valid: false, message: 'The body is no JSON object.' };
  const event = json['event-data'];
  const raw = () => body;
  if (!isObject(event)) return { valid: true, elements: [unreadable('The body holds no "event-data".', raw)] };
  const type = typeOf(event.event, event.severity, event.reason);
  const custom = objectOf(event['user-variables']);
  const said = () => saidIn(event, objectOf(json.signature));
  return { valid: true, elements: [reportedEvent({ type, name: nameOf(event), custom, said, raw })] };
}

const nameOf = ({ event, severity }: JsonObject) => (event === 'failed' ? `failed (${String(severity)})` : event);

function saidIn(event: JsonObject, { token }: JsonObject): Said {
  const status = objectOf(event['delivery-status']);
  const client = objectOf(event['client-info']);
  const { id, recipient, timestamp, url } = event;
  return {
    // Its own identifier is unique within a day only.
    dedupeKey: keyOf(token, id, event.event, recipient, timestamp),
    recipient,
    occurredAtUs: secondsToUs(timestamp),
    subType: event.reason ?? objectOf(event.reject).reason,
    providerEventId: id,
    providerMessageId: objectOf(objectOf(event.message).headers)['message-id'],
    tags: event.tags,
    url,
    userAgent: client['user-agent'],
    country: objectOf(event.geolocation).country,
    machineGenerated: machineOf(client.bot),
    words: status.message || status.description || objectOf(event.reject).description,
    smtpCode: status.code,
    enhancedStatus: status['enhanced-code'],
  };
}

/** Which machine opened or followed it; empty or absent where none is known. */
function machineOf(bot: unknown): MachineGenerated {
  switch (bot) {
    case undefined:
    case null:
    case '':
      return MachineGenerated.UNSPECIFIED;
    case 'apple':
      return MachineGenerated.MPP;
    case 'gmail':
      return MachineGenerated.PROXY;
    default:
      return MachineGenerated.SCANNER;
  }
}
