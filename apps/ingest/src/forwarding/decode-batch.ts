import { type Event, EventBatch } from '@kelp/contract-event';

/** @returns the events of a queue message; undefined where it is no batch of events */
export function decodeBatch(body: Uint8Array): Event[] | undefined {
  try {
    return EventBatch.decode(body).events;
  } catch {
    return undefined; // the codec throws for whatever is no message
  }
}
