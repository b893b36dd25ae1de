import { EventType } from '@kelp/contract-event';
import { type JsonObject, listOf, objectOf } from '../reading/parse-json.js';

const types: ReadonlyMap<unknown, EventType> = new Map([
  ['Send', EventType.ACCEPTED],
  ['Delivery', EventType.DELIVERED],
  ['DeliveryDelay', EventType.DEFERRED],
  ['Reject', EventType.REJECTED],
  ['Rendering Failure', EventType.FAILED],
  ['Open', EventType.OPENED],
  ['Click', EventType.CLICKED],
]);

/** What Amazon calls a bounce or complaint although it never sent, as it suppresses the address. */
const SUPPRESSED: ReadonlySet<unknown> = new Set(['Suppressed', 'OnAccountSuppressionList']);

/** The name of the type: event publishing and feedback notifications have fields of their own for it. */
export const nameOf = ({ eventType, notificationType }: JsonObject): unknown => eventType ?? notificationType;

export function typeOf(event: JsonObject): EventType {
  const name = nameOf(event);
  switch (name) {
    case 'Bounce':
      return SUPPRESSED.has(objectOf(event.bounce).bounceSubType) ? EventType.REJECTED : EventType.BOUNCED;
    case 'Complaint':
      return complaintType(objectOf(event.complaint));
    case 'Subscription':
      return subscriptionType(objectOf(event.subscription));
    default:
      return types.get(name) ?? EventType.UNKNOWN;
  }
}

/** A mailbox provider may also report that mail is no spam. */
function complaintType({ complaintSubType, complaintFeedbackType }: JsonObject): EventType {
  if (SUPPRESSED.has(complaintSubType)) return EventType.REJECTED;
  return complaintFeedbackType === 'not-spam' ? EventType.UNSPECIFIED : EventType.COMPLAINED;
}

/** From all mail, or from a topic that the recipient had until now. */
function subscriptionType({ newTopicPreferences, oldTopicPreferences }: JsonObject): EventType {
  const [now, before] = [outOf(newTopicPreferences), outOf(oldTopicPreferences)];
  const isLeaving = (now.all && !before.all) || now.topics.some((topic) => !before.topics.includes(topic));
  return isLeaving || now.all ? EventType.UNSUBSCRIBED : EventType.RESUBSCRIBED;
}

function outOf(preferences: unknown): { all: boolean; topics: string[] } {
  const { unsubscribeAll, topicSubscriptionStatus } = objectOf(preferences);
  const topics = listOf(topicSubscriptionStatus).map(objectOf);
  const out = topics.filter(({ subscriptionStatus }) => String(subscriptionStatus).toLowerCase() === 'optout');
  return { all: unsubscribeAll === true, topics: out.map(({ topicName }) => String(topicName)) };
}
