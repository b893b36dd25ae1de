import { EventType } from '@kelp/contract-event';
import type { JsonObject } from '../reading/parse-json.js';

const types: ReadonlyMap<unknown, EventType> = new Map([
  ['sent', EventType.DELIVERED],
  ['open', EventType.OPENED],
  ['click', EventType.CLICKED],
  ['blocked', EventType.REJECTED],
  ['spam', EventType.COMPLAINED],
  ['unsub', EventType.UNSUBSCRIBED],
]);

/** A flag, which Mailjet has also written as a number and as text. */
export const isSet = (flag: unknown): boolean => flag === true || flag === 1 || flag === '1' || flag === 'true';

/** Mail that was greylisted is tried again, and reported as a bounce all the same. */
export function typeOf({ event, error, hard_bounce: hard }: JsonObject): EventType {
  if (event !== 'bounce') return types.get(event) ?? EventType.UNKNOWN;
  return error === 'greylisted' && !isSet(hard) ? EventType.DEFERRED : EventType.BOUNCED;
}
