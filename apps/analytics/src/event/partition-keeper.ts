import type { Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PartitionRepository } from './partition.repository.js';

const DAY_MS = 86_400_000;
const INTERVAL_MS = 3_600_000;
/** Yesterday, for what is on its way; and as far ahead as an event may be, with a day to spare. */
const DAYS = [-1, 0, 1, 2, 3];

/** Makes the partitions of the days to come ahead of time: at midnight nothing has to wait. */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly partitions: PartitionRepository,
    private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.makeAhead();
    this.timer = setInterval(() => {
      // An append makes what is missing by itself: nothing is lost by trying again in an hour.
      this.makeAhead().catch((error) => this.log.warn({ err: error }, 'Partitions could not be made ahead.'));
    }, INTERVAL_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private makeAhead(): Promise<void> {
    const today = Math.floor(Date.now() / DAY_MS);
    return this.partitions.ensure(DAYS.map((day) => today + day));
  }
}
