import type { Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { FirstRepository } from '../metrics/first.repository.js';
import { PartitionRepository } from './partition.repository.js';

const DAY_MS = 86_400_000;
const INTERVAL_MS = 3_600_000;
/** Yesterday, for what is on its way; and as far ahead as an event may be, with a day to spare. */
const DAYS = [-1, 0, 1, 2, 3];
/** How much longer than the events themselves it is known which open and click of a message were its first. */
const FIRSTS_KEPT_DAYS = 90;

/**
 * Makes the partitions of the days to come ahead of time, so that at midnight nothing has to wait, and drops those that are
 * old enough.
 */
@Injectable()
export class PartitionKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private trimmedOn = 0;

  /** @param retentionDays for how many days events are kept; 0 for ever */
  constructor(
    private readonly partitions: PartitionRepository,
    private readonly firsts: FirstRepository,
    private readonly retentionDays: number,
    private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.keep();
    this.timer = setInterval(() => {
      // An append makes what is missing by itself: nothing is lost by trying again in an hour.
      this.keep()
        .then(() => this.trim())
        .catch((error) =>
          this.log.warn({ err: error }, 'Partitions could not be made ahead, or old data not be dropped.'),
        );
    }, INTERVAL_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Looks at every first, and so once a day. */
  private async trim(): Promise<void> {
    const today = Math.floor(Date.now() / DAY_MS);
    if (this.retentionDays === 0 || this.trimmedOn === today) return;
    await this.firsts.trimBefore(today - this.retentionDays - FIRSTS_KEPT_DAYS);
    this.trimmedOn = today;
  }

  private async keep(): Promise<void> {
    const today = Math.floor(Date.now() / DAY_MS);
    await this.partitions.ensure(DAYS.map((day) => today + day));
    if (this.retentionDays > 0) await this.partitions.dropBefore(today - this.retentionDays);
  }
}
