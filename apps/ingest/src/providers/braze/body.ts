import { MachineGenerated } from '@kelp/contract-event';
import type { Parsed, ReportedEvent, UnreadableElement } from '../provider.js';
import { jsonOf } from '../reading/json.js';
import { isObject, type JsonObject, objectOf, parseJson } from '../reading/parse-json.js';
import { keyOf, reportedEvent, type Said, unreadable } from '../reading/reported-event.js';
import { secondsToUs } from '../reading/times.js';
import { typeOf } from './event-types.js';

/** Takes a body apart: a list of events in an object. */
export function parseBody(body: Buffer): Parsed {
  const { events } = objectOf(parseJson(body));
  if (!Array.isArray(events)) return { valid: false, message: 'The body holds no list of "events".' };
  return { valid: true, elements: read(events) };
}

function* read(elements: readonly unknown[]): Generator<ReportedEvent | UnreadableElement> {
  for (const element of elements) {
    const raw = () => Buffer.from(jsonOf(element));
    const name = objectOf(element).event_type;
    if (!isObject(element) || typeof name !== 'string') {
      yield unreadable('The element has no "event_type".', raw);
      continue;
    }
    // Depending on the connector's version, fields are sorted into objects or stand side by side.
    const fields = { ...element, ...objectOf(element.user), ...objectOf(element.properties) };
    const type = typeOf(name, isSet(fields.is_drop));
    yield reportedEvent({ type, name, custom: customOf(fields), said: () => saidIn(name, fields), raw });
  }
}

/** What the sender attached with the tag `message_extras`: JSON in a text. */
const customOf = ({ message_extras: extras }: JsonObject): JsonObject =>
  typeof extras === 'string' ? objectOf(parseJson(extras)) : objectOf(extras);

const isSet = (flag: unknown): boolean => flag === true || flag === 'true';

function saidIn(name: string, fields: JsonObject): Said {
  const { id, time } = fields;
  // Which of Braze's fields are sent is up to its customer: without the address, the user stands for the recipient.
  const recipient = fields.email_address || fields.external_user_id || fields.user_id;
  const message = fields.dispatch_id || fields.send_id;
  return {
    dedupeKey: keyOf(id, name, time, recipient, message, fields.link_url),
    recipient,
    occurredAtUs: secondsToUs(time),
    subType: subTypeOf(name),
    providerEventId: id,
    providerMessageId: message,
    campaign: fields.campaign_name || fields.campaign_id || fields.canvas_name || fields.canvas_id,
    url: fields.link_url,
    userAgent: fields.user_agent,
    machineGenerated: machineOf(fields),
    words: fields.bounce_reason || fields.abort_log,
  };
}

const subTypeOf = (name: string) => {
  switch (name) {
    case 'users.messages.email.Bounce':
      return 'hard';
    case 'users.messages.email.SoftBounce':
      return 'soft';
    default:
      return '';
  }
};

function machineOf({ machine_open: machine, is_suspected_bot_click: bot }: JsonObject): MachineGenerated {
  if (isSet(machine)) return MachineGenerated.MPP;
  return isSet(bot) ? MachineGenerated.SCANNER : MachineGenerated.UNSPECIFIED;
}
