import { currentCall } from '@kelp/rpc';
import { actorUnknown } from './review.errors.js';

/** Who makes the call that is being answered. @throws ACTOR_UNKNOWN where it does not say */
export function callerOf(): string {
  const actor = (currentCall()?.context.actor ?? '').slice(0, 256);
  if (actor === '') throw actorUnknown();
  return actor;
}
