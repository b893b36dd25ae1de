import { type Event, EventBatch } from '@kelp/contract-event';
import { GroupPublisher, type Queue } from '@kelp/queue';
import { Injectable } from '@nestjs/common';

/**
 * Queues events, those of many requests in one message. Each event is encoded once, as a batch of its own: what protobuf
 * batches are when they stand one behind the other is one batch of all of their events.
 */
@Injectable()
export class EventPublisher {
  readonly #publisher: GroupPublisher<Uint8Array>;

  constructor(queue: Queue) {
    this.#publisher = new GroupPublisher({
      queue,
      encode: (batches) => Buffer.concat(batches),
      bytesOf: ({ length }) => length,
    });
  }

  /**
   * Resolves once all of them are durable; where there are none, without asking the queue.
   * @throws QueueUnavailable
   */
  async publish(events: readonly Event[]): Promise<void> {
    if (events.length === 0) return;
    await this.#publisher.publish(events.map((event) => EventBatch.encode({ events: [event] }).finish()));
  }
}
