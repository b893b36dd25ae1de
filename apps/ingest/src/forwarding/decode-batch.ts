import { EventBatch } from '@kelp/contract-event';
import { BinaryReader } from '@kelp/wire';

/** @returns a queue message's events and their traces; undefined where it is no batch of events: then it must not pass for an empty one */
export function decodeBatch(body: Uint8Array): EventBatch | undefined {
  try {
    const reader = new BinaryReader(body);
    const batch = EventBatch.decode(reader);
    // The codec stops without an error at bytes that could be the end of a group.
    return batch.events.length > 0 && reader.pos === reader.len ? batch : undefined;
  } catch {
    return undefined; // the codec throws for what is cut off
  }
}
