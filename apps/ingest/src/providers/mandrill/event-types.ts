import { EventType } from '@kelp/contract-event';
import type { JsonObject } from '../reading/parse-json.js';

const types: ReadonlyMap<unknown, EventType> = new Map([
  ['send', EventType.ACCEPTED],
  ['deferral', EventType.DEFERRED],
  ['delivered', EventType.DELIVERED],
  ['hard_bounce', EventType.BOUNCED],
  ['soft_bounce', EventType.BOUNCED],
  ['reject', EventType.REJECTED],
  ['open', EventType.OPENED],
  ['click', EventType.CLICKED],
  ['spam', EventType.COMPLAINED],
  ['unsub', EventType.UNSUBSCRIBED],
  ['inbound', EventType.UNSPECIFIED],
]);

/** Changes of the lists of addresses are reported as a list's name and what was done, without an event. */
export const typeOf = ({ event, type }: JsonObject): EventType =>
  event === undefined && ['blacklist', 'whitelist', 'allowlist', 'denylist'].includes(String(type))
    ? EventType.UNSPECIFIED
    : (types.get(event) ?? EventType.UNKNOWN);
