import { EventType } from '@kelp/contract-event';

const types: ReadonlyMap<unknown, EventType> = new Map([
  ['injection', EventType.ACCEPTED],
  ['delivery', EventType.DELIVERED],
  ['delay', EventType.DEFERRED],
  ['policy_rejection', EventType.REJECTED],
  ['generation_rejection', EventType.REJECTED],
  ['generation_failure', EventType.FAILED],
  ['spam_complaint', EventType.COMPLAINED],
  ['open', EventType.OPENED],
  ['initial_open', EventType.OPENED],
  ['amp_open', EventType.OPENED],
  ['amp_initial_open', EventType.OPENED],
  ['click', EventType.CLICKED],
  ['amp_click', EventType.CLICKED],
  ['list_unsubscribe', EventType.UNSUBSCRIBED],
  ['link_unsubscribe', EventType.UNSUBSCRIBED],
]);

/** What is called a bounce, but is an answer of a person or a machine. */
const answers: ReadonlyMap<number, EventType> = new Map([
  [60, EventType.AUTORESPONDED],
  [80, EventType.RESUBSCRIBED],
  [90, EventType.UNSUBSCRIBED],
  [100, EventType.AUTORESPONDED],
]);

/** A bounce is what its class says. */
export function typeOf(type: unknown, bounceClass: unknown): EventType {
  if (type !== 'bounce' && type !== 'out_of_band') return types.get(type) ?? EventType.UNKNOWN;
  return answers.get(Number(bounceClass)) ?? EventType.BOUNCED;
}

const categories: ReadonlyMap<number, string> = new Map([
  ...[10, 30].map((number) => [number, 'hard'] as const),
  ...[20, 21, 22, 23, 24, 40, 70].map((number) => [number, 'soft'] as const),
  ...[25, 26].map((number) => [number, 'admin'] as const),
  ...[50, 51, 52, 53, 54].map((number) => [number, 'block'] as const),
]);

/** Which kind of bounce a class is; empty where SparkPost itself does not know. */
export const categoryOf = (bounceClass: unknown): string => categories.get(Number(bounceClass)) ?? '';
