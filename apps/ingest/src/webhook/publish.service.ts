import type { Event } from '@kelp/contract-event';
import { QueueUnavailable } from '@kelp/queue';
import { Injectable } from '@nestjs/common';
import { queueUnavailable } from '../report/report.errors.js';
import { EventPublisher } from './event-publisher.js';

/** Queues the events of internal producers, with the guarantees that webhooks have: acknowledged is durable. */
@Injectable()
export class PublishService {
  constructor(private readonly publisher: EventPublisher) {}

  /** @throws QUEUE_UNAVAILABLE once the queue was away for longer than a fail-over takes */
  async publish(events: readonly Event[]): Promise<void> {
    try {
      await this.publisher.publish(events);
    } catch (error) {
      throw error instanceof QueueUnavailable ? queueUnavailable(error) : error;
    }
  }
}
