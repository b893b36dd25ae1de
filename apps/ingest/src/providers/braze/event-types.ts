import { EventType } from '@kelp/contract-event';

const EMAIL = 'users.messages.email.';

const types: ReadonlyMap<string, EventType> = new Map([
  ['Send', EventType.ACCEPTED],
  ['Delivery', EventType.DELIVERED],
  ['Deferral', EventType.DEFERRED],
  ['Bounce', EventType.BOUNCED],
  ['SoftBounce', EventType.BOUNCED],
  ['Abort', EventType.REJECTED],
  ['Open', EventType.OPENED],
  ['Click', EventType.CLICKED],
  ['MarkAsSpam', EventType.COMPLAINED],
  ['Unsubscribe', EventType.UNSUBSCRIBED],
]);

/**
 * Other channels and what users do elsewhere are reported over the same stream.
 * @param isDrop whether Braze's own provider suppressed it, and it never left
 */
export function typeOf(eventType: string, isDrop: boolean): EventType {
  if (!eventType.startsWith(EMAIL)) return eventType.startsWith('users.') ? EventType.UNSPECIFIED : EventType.UNKNOWN;
  const type = types.get(eventType.slice(EMAIL.length)) ?? EventType.UNKNOWN;
  return type === EventType.BOUNCED && isDrop ? EventType.REJECTED : type;
}
