import { EventType } from '@kelp/contract-event';
import type { ReportedEvent, UnreadableElement } from '../provider.js';
import { type JsonObject, listOf, objectOf } from '../reading/parse-json.js';
import { derivedKey, reportedEvent, type Said, SOMEBODY, unreadable } from '../reading/reported-event.js';
import { isoToUs } from '../reading/times.js';
import { nameOf, typeOf } from './event-types.js';

/** One recipient of a message, with what was said about this one alone. */
interface Recipient {
  readonly address: unknown;
  readonly status?: unknown;
  readonly words?: unknown;
}

/**
 * Sees the events in a message of SES: one for each recipient, where it says which they are.
 * @param id the envelope's, which is the same when it is posted again
 */
export function readEvents(event: JsonObject, id: string, raw: () => Buffer): (ReportedEvent | UnreadableElement)[] {
  const name = nameOf(event);
  if (typeof name !== 'string') return [unreadable('The message does not say which event it is.', raw)];
  const type = typeOf(event);
  const mail = objectOf(event.mail);
  const custom = customOf(mail);
  const recipients = type === EventType.UNKNOWN ? [{ address: '' }] : recipientsOf(name, event, mail);
  if (recipients.length === 0) return [unreadable('The event names no recipient.', raw)];
  return recipients.map((recipient) =>
    reportedEvent({ type, name, custom, said: () => saidIn(name, event, mail, recipient, id), raw }),
  );
}

/** The message's tags, of which each may have several values. Those of SES itself are none of the sender's. */
function customOf({ tags }: JsonObject): JsonObject {
  const own = Object.entries(objectOf(tags)).filter(([name]) => !name.startsWith('ses:'));
  return Object.fromEntries(own.map(([name, values]) => [name, Array.isArray(values) ? values.join(',') : values]));
}

const stringsIn = (list: unknown): Recipient[] => listOf(list).map((address) => ({ address }));

const objectsIn = (list: unknown): Recipient[] =>
  listOf(list)
    .map(objectOf)
    .map(({ emailAddress, status, diagnosticCode }) => ({ address: emailAddress, status, words: diagnosticCode }));

function recipientsOf(name: string, event: JsonObject, { destination }: JsonObject): Recipient[] {
  switch (name) {
    case 'Bounce':
      return objectsIn(objectOf(event.bounce).bouncedRecipients);
    case 'Complaint':
      return onlyOne(objectsIn(objectOf(event.complaint).complainedRecipients));
    case 'DeliveryDelay':
      return objectsIn(objectOf(event.deliveryDelay).delayedRecipients);
    case 'Delivery':
      return stringsIn(objectOf(event.delivery).recipients);
    case 'Open':
    case 'Click':
    case 'Subscription':
      return onlyOne(stringsIn(destination));
    default:
      return stringsIn(destination);
  }
}

/** Where it was one of several and SES does not know which, it happened once, to somebody. */
const onlyOne = (recipients: Recipient[]): Recipient[] =>
  recipients.length > 1 ? [{ address: SOMEBODY }] : recipients;

function saidIn(
  name: string,
  event: JsonObject,
  mail: JsonObject,
  { address, status, words }: Recipient,
  id: string,
): Said {
  const { bounce, complaint, open, click, delivery, reject, failure, deliveryDelay, subscription } = event;
  const own = objectOf(bounce ?? complaint ?? open ?? click ?? delivery ?? deliveryDelay ?? subscription);
  return {
    dedupeKey: derivedKey(id, address === SOMEBODY ? '' : address),
    recipient: address,
    occurredAtUs: isoToUs(own.timestamp) ?? isoToUs(mail.timestamp),
    subType: subTypeOf(name, own, objectOf(reject)),
    providerEventId: own.feedbackId || id,
    providerMessageId: mail.messageId,
    url: objectOf(click).link,
    userAgent: own.userAgent,
    words: words ?? objectOf(delivery).smtpResponse ?? objectOf(failure).errorMessage,
    enhancedStatus: status,
  };
}

function subTypeOf(name: string, own: JsonObject, { reason }: JsonObject): unknown {
  switch (name) {
    case 'Bounce':
      return [own.bounceType, own.bounceSubType].filter(Boolean).join('/');
    case 'Complaint':
      return own.complaintSubType || own.complaintFeedbackType;
    case 'DeliveryDelay':
      return own.delayType;
    case 'Reject':
      return reason;
    case 'Subscription':
      return own.contactList;
    default:
      return '';
  }
}
