import { EventType } from '@kelp/contract-event';
import type { JsonObject } from '../reading/parse-json.js';

/** What a record of type `Bounce` or `SpamComplaint` is follows from its `Type`. */
const bounces: ReadonlyMap<unknown, EventType> = new Map([
  ['HardBounce', EventType.BOUNCED],
  ['SoftBounce', EventType.BOUNCED],
  ['VirusNotification', EventType.BOUNCED],
  ['Transient', EventType.DEFERRED],
  ['DnsError', EventType.DEFERRED],
  ['Blocked', EventType.REJECTED],
  ['BadEmailAddress', EventType.REJECTED],
  ['ManuallyDeactivated', EventType.REJECTED],
  ['Unconfirmed', EventType.REJECTED],
  ['DMARCPolicy', EventType.REJECTED],
  ['TemplateRenderingFailed', EventType.FAILED],
  ['SMTPApiError', EventType.FAILED],
  ['SpamNotification', EventType.COMPLAINED],
  ['SpamComplaint', EventType.COMPLAINED],
  ['AutoResponder', EventType.AUTORESPONDED],
  ['AddressChange', EventType.AUTORESPONDED],
  ['ChallengeVerification', EventType.AUTORESPONDED],
  ['Subscribe', EventType.RESUBSCRIBED],
  ['Unsubscribe', EventType.UNSUBSCRIBED],
]);

export function typeOf({ RecordType, Type, SuppressSending, SuppressionReason }: JsonObject): EventType {
  switch (RecordType) {
    case 'Delivery':
      return EventType.DELIVERED;
    case 'Open':
      return EventType.OPENED;
    case 'Click':
      return EventType.CLICKED;
    case 'Bounce':
      return bounces.get(Type) ?? EventType.UNKNOWN;
    case 'SpamComplaint':
      return EventType.COMPLAINED;
    case 'SubscriptionChange':
      if (SuppressSending === false) return EventType.RESUBSCRIBED;
      // What follows a bounce or a complaint was reported as such already, and nobody unsubscribed.
      return SuppressionReason === 'ManualSuppression' ? EventType.UNSUBSCRIBED : EventType.UNSPECIFIED;
    case 'Inbound':
      return EventType.UNSPECIFIED;
    default:
      return EventType.UNKNOWN;
  }
}
