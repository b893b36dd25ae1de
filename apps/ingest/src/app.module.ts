import type { Loaded } from '@kelp/config';
import { AccountContract } from '@kelp/contract-account';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { TemplateContract } from '@kelp/contract-template';
import { openQueue, type Queue } from '@kelp/queue';
import { client } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import type { settings } from './config.js';
import { Database } from './database.js';
import { DeadLetterRepository } from './dead-letter/dead-letter.repository.js';
import { DeadLetterService } from './dead-letter/dead-letter.service.js';
import { type ReplayMeans, ReplayService } from './dead-letter/replay.service.js';
import { EventBuilder } from './event/canonical-event.js';
import { FilterData } from './filter/filter-data.js';
import { DeadMessageCollector } from './forwarding/dead-message-collector.js';
import { eventSender } from './forwarding/event-sender.js';
import { Forwarder } from './forwarding/forwarder.js';
import { IngestController } from './ingest.controller.js';
import { HttpsOutside } from './outside/https-outside.js';
import type { Outside } from './providers/provider.js';
import { QueueLife } from './queue-life.js';
import { Report } from './report/report.js';
import { ReportService } from './report/report.service.js';
import { Upstreams } from './upstreams.js';
import { EventPublisher } from './webhook/event-publisher.js';
import { HttpEdge } from './webhook/http-edge.js';
import { Intake } from './webhook/intake.js';
import { type WebhookLimits, webhookLimits } from './webhook/limits.js';
import { PublishService } from './webhook/publish.service.js';
import { WebhookRoute } from './webhook/webhook-route.js';

type Config = Pick<
  Loaded<typeof settings>,
  | 'database'
  | 'httpAddress'
  | 'queue'
  | 'recipientHashKey'
  | 'roles'
  | 'services'
  | 'stateFolder'
  | 'tls'
  | 'trustedProxies'
>;

/** What tests put in the place of what is usual. */
interface Parts {
  readonly limits?: WebhookLimits;
  readonly outside?: Outside;
  /** Fires when the process is about to end. */
  readonly draining?: AbortSignal;
}

/** The whole service. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest knows a module by its class
export class AppModule {
  static with(
    config: Config,
    log: Logger,
    { limits = webhookLimits, outside = new HttpsOutside(), draining = new AbortController().signal }: Parts = {},
  ): DynamicModule {
    const {
      database: { url, connectionsMax },
      roles,
      services,
      tls,
    } = config;
    const database = new Database(url, connectionsMax, log);
    const queue = queueOf(config, log);
    const upstreams = new Upstreams(tls);
    const report = new Report();
    const deadLetters = new DeadLetterRepository(database);
    const publisher = new EventPublisher(queue);
    const parts: object[] = [database, new QueueLife(queue), upstreams, new DeadLetterService(deadLetters)];
    let filter: FilterData | undefined;
    let replayMeans: ReplayMeans | undefined;

    if (roles.includes('edge')) {
      const accounts = client(AccountContract, upstreams.to('account', services.account));
      const templates = client(TemplateContract, upstreams.to('template', services.template));
      filter = new FilterData(accounts, templates, config.stateFolder, log);
      const builder = new EventBuilder(config.recipientHashKey);
      const intake = new Intake(filter, builder, publisher, deadLetters, report, outside);
      replayMeans = { filter, intake, publisher };
      const route = new WebhookRoute(filter, intake, report, limits, config.trustedProxies);
      parts.push(filter, new HttpEdge(route, report, limits, config.httpAddress, draining, log));
    }
    if (roles.includes('forwarder')) {
      const analytics = client(AnalyticsContract, upstreams.to('analytics', services.analytics));
      const [sender, quarantine] = [eventSender(analytics, log), eventSender(analytics, log)];
      parts.push(new Forwarder(queue, sender, quarantine, deadLetters, report, log));
      parts.push(new DeadMessageCollector(queue, deadLetters, log));
    }
    parts.push(new ReplayService(deadLetters, queue, replayMeans), new PublishService(publisher));
    parts.push(new ReportService(report, queue, filter));
    return {
      module: AppModule,
      controllers: [IngestController],
      providers: parts.map((part) => ({ provide: part.constructor, useValue: part })),
    };
  }
}

/** NATS servers that want TLS are shown the certificate of this service. */
function queueOf({ queue: { url, replicas }, database, tls }: Config, log: Logger): Queue {
  return openQueue(url, { databaseUrl: database.url, replicas, log, ...(url.startsWith('tls:') && { tls }) });
}
