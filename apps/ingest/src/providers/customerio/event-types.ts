import { EventType } from '@kelp/contract-event';

const metrics: ReadonlyMap<string, EventType> = new Map([
  ['sent', EventType.ACCEPTED],
  ['attempted', EventType.DEFERRED],
  ['deferred', EventType.DEFERRED],
  ['delivered', EventType.DELIVERED],
  ['bounced', EventType.BOUNCED],
  ['dropped', EventType.REJECTED],
  ['undeliverable', EventType.REJECTED],
  ['failed', EventType.FAILED],
  ['opened', EventType.OPENED],
  ['human_opened', EventType.OPENED],
  ['clicked', EventType.CLICKED],
  ['human_clicked', EventType.CLICKED],
  ['spammed', EventType.COMPLAINED],
  ['unsubscribed', EventType.UNSUBSCRIBED],
  ['topic_unsubscribed', EventType.UNSUBSCRIBED],
  // Of campaigns rather than of a message that was sent.
  ['drafted', EventType.UNSPECIFIED],
  ['converted', EventType.UNSPECIFIED],
]);

/** Other channels, such as `sms` and `push`, and people are reported over the same webhook. */
export const typeOf = (objectType: unknown, metric: string): EventType =>
  objectType === 'email' || objectType === undefined
    ? (metrics.get(metric) ?? EventType.UNKNOWN)
    : EventType.UNSPECIFIED;
