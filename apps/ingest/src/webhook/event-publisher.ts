import { type Event, EventBatch } from '@kelp/contract-event';
import { GroupPublisher, type Queue } from '@kelp/queue';
import { isSampled } from '@kelp/rpc';
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
   * @param traceparent the trace that they belong to
   * @throws QueueUnavailable
   */
  async publish(events: readonly Event[], traceparent?: string): Promise<void> {
    if (events.length === 0) return;
    const traceparents = isSampled(traceparent) ? [traceparent] : [];
    const batches = events.map((event, index) =>
      EventBatch.encode({ events: [event], traceparents: index === 0 ? traceparents : [] }).finish(),
    );
    await this.#publisher.publish(batches);
  }
}
