import { EventType } from '@kelp/contract-event';

const types: ReadonlyMap<unknown, EventType> = new Map([
  ['accepted', EventType.ACCEPTED],
  ['delivered', EventType.DELIVERED],
  ['rejected', EventType.REJECTED],
  ['opened', EventType.OPENED],
  ['clicked', EventType.CLICKED],
  ['unsubscribed', EventType.UNSUBSCRIBED],
  ['complained', EventType.COMPLAINED],
]);

/** A failure is three things: one that is tried again, one that came back, and one to an address that Mailgun suppresses. */
export function typeOf(event: unknown, severity: unknown, reason: unknown): EventType {
  if (event !== 'failed') return types.get(event) ?? EventType.UNKNOWN;
  if (severity === 'temporary') return EventType.DEFERRED;
  if (severity !== 'permanent') return EventType.UNKNOWN;
  return typeof reason === 'string' && reason.startsWith('suppress-') ? EventType.REJECTED : EventType.BOUNCED;
}
