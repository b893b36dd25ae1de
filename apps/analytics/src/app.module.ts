import type { Loaded } from '@kelp/config';
import type { Logger } from '@kelp/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { AnalyticsController } from './analytics.controller.js';
import type { settings } from './config.js';
import { Database } from './database.js';
import { DimensionRepository } from './event/dimension.repository.js';
import { EventRepository } from './event/event.repository.js';
import { EventService } from './event/event.service.js';
import { FacetRepository } from './event/facet.repository.js';
import { PartitionRepository } from './event/partition.repository.js';
import { PartitionKeeper } from './event/partition-keeper.js';
import { ExperimentRepository } from './experiment/experiment.repository.js';
import { ExperimentService } from './experiment/experiment.service.js';
import { EventReader } from './explore/event-reader.js';
import { ExploreService } from './explore/explore.service.js';
import { FunnelRepository } from './funnel/funnel.repository.js';
import { FunnelService } from './funnel/funnel.service.js';
import { CountRepository } from './metrics/count.repository.js';
import { CountMerger } from './metrics/count-merger.js';
import { FirstRepository } from './metrics/first.repository.js';
import { MetricsRepository } from './metrics/metrics.repository.js';
import { MetricsService } from './metrics/metrics.service.js';
import { MetricsFeed } from './metrics/metrics-feed.js';
import { RecipientRepository } from './recipients/recipient.repository.js';
import { RecipientMerger } from './recipients/recipient-merger.js';
import { RecipientTruth } from './recipients/recipient-truth.js';
import { RecipientsService } from './recipients/recipients.service.js';
import { ErasureRepository } from './upkeep/erasure.repository.js';
import { ReclassifyRepository } from './upkeep/reclassify.repository.js';
import { UpkeepService } from './upkeep/upkeep.service.js';

type Config = Pick<Loaded<typeof settings>, 'database'> & Partial<Pick<Loaded<typeof settings>, 'events'>>;

/** The whole service. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class
export class AppModule {
  static with({ database: { url, connectionsMax }, events: kept }: Config, log: Logger): DynamicModule {
    const database = new Database(url, connectionsMax, log);
    const partitions = new PartitionRepository(database);
    const events = new EventRepository(
      database,
      new DimensionRepository(database),
      new FacetRepository(database),
      partitions,
    );
    const counts = new CountRepository(database);
    const merger = new CountMerger(counts, log);
    const metricsRows = new MetricsRepository(database);
    const metrics = new MetricsService(metricsRows);
    const recipients = new RecipientRepository(database);
    const truth = new RecipientTruth(database);
    const providers = [
      [Database, database],
      [PartitionKeeper, new PartitionKeeper(partitions, new FirstRepository(database), kept?.retentionDays ?? 0, log)],
      [CountMerger, merger],
      [EventService, new EventService(events, () => merger.room())],
      [RecipientMerger, new RecipientMerger(recipients, log)],
      [RecipientsService, new RecipientsService(recipients)],
      [MetricsService, metrics],
      [MetricsFeed, new MetricsFeed(metricsRows, log)],
      [ExploreService, new ExploreService(new EventReader(database))],
      [FunnelService, new FunnelService(new FunnelRepository(database), partitions)],
      [ExperimentService, new ExperimentService(new ExperimentRepository(database), metrics)],
      [
        UpkeepService,
        new UpkeepService(counts, new ReclassifyRepository(database), new ErasureRepository(database), truth),
      ],
    ] as const;
    return {
      module: AppModule,
      controllers: [AnalyticsController],
      providers: providers.map(([provide, useValue]) => ({ provide, useValue })),
    };
  }
}
