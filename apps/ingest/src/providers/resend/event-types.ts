import { EventType } from '@kelp/contract-event';

const types: ReadonlyMap<string, EventType> = new Map([
  ['email.sent', EventType.ACCEPTED],
  ['email.delivered', EventType.DELIVERED],
  ['email.delivery_delayed', EventType.DEFERRED],
  ['email.bounced', EventType.BOUNCED],
  ['email.complained', EventType.COMPLAINED],
  ['email.opened', EventType.OPENED],
  ['email.clicked', EventType.CLICKED],
  ['email.failed', EventType.FAILED],
  ['email.suppressed', EventType.REJECTED],
  // Not sent yet, and not sent from here.
  ['email.scheduled', EventType.UNSPECIFIED],
  ['email.received', EventType.UNSPECIFIED],
]);

/** Address books and sending domains are reported over the same webhook. */
export const typeOf = (type: string): EventType =>
  types.get(type) ?? (/^(contact|domain)\./.test(type) ? EventType.UNSPECIFIED : EventType.UNKNOWN);
