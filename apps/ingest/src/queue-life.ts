import type { Queue } from '@kelp/queue';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** Closes the queue once nobody publishes or consumes any more; what is not settled then is given out again. */
@Injectable()
export class QueueLife implements OnApplicationShutdown {
  constructor(private readonly queue: Queue) {}

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
