import { type Event, EventBatch } from '@kelp/contract-event';
import { BinaryReader } from '@kelp/wire';

/** @returns the events of a queue message; undefined where it is no batch of events: then it must not pass for an empty one */
export function decodeBatch(body: Uint8Array): Event[] | undefined {
  try {
    const reader = new BinaryReader(body);
    const { events } = EventBatch.decode(reader);
    // The codec stops without an error at bytes that could be the end of a group.
    return events.length > 0 && reader.pos === reader.len ? events : undefined;
  } catch {
    return undefined; // the codec throws for what is cut off
  }
}
