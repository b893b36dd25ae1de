import {
  AnalyticsContract,
  type AppendEventsRequest,
  type AppendEventsResponse,
  type AssignVariantsRequest,
  type AssignVariantsResponse,
  type CountRecipientsRequest,
  type CountRecipientsResponse,
  type CreateExperimentRequest,
  type EndExperimentRequest,
  type Experiment,
  type ExperimentResults,
  type ExportEventsRequest,
  type ExportEventsResponse,
  type ForgetRecipientRequest,
  type ForgetRecipientResponse,
  type GetExperimentRequest,
  type GetExperimentResultsRequest,
  type GetMessageTimelineRequest,
  type ListEventsRequest,
  type ListEventsResponse,
  type ListExperimentsRequest,
  type ListExperimentsResponse,
  type MessageTimeline,
  type QueryFunnelRequest,
  type QueryFunnelResponse,
  type QueryMetricsRequest,
  type QueryMetricsResponse,
  type RebuildCountsRequest,
  type RebuildCountsResponse,
  type ReclassifyEventsRequest,
  type ReclassifyEventsResponse,
  type VerifyCountsRequest,
  type VerifyCountsResponse,
  type WatchMetricsRequest,
  type WatchMetricsResponse,
} from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { type Call, GrpcController, receiveItems, type Service, sendItems } from '@kelp/rpc';
import { checkFrames } from './event/check-events.js';
import { EventService } from './event/event.service.js';
import { ExperimentService } from './experiment/experiment.service.js';
import { ExploreService } from './explore/explore.service.js';
import { FunnelService } from './funnel/funnel.service.js';
import { MetricsService } from './metrics/metrics.service.js';
import { MetricsFeed } from './metrics/metrics-feed.js';
import { RecipientsService } from './recipients/recipients.service.js';
import { UpkeepService } from './upkeep/upkeep.service.js';

/** How many events a stream may have under way: enough to fill a few commits. */
const WINDOW_EVENTS = 20_000;

/** The contract of analytics, implemented. */
@GrpcController(AnalyticsContract)
export class AnalyticsController implements Service<typeof AnalyticsContract> {
  constructor(
    private readonly events: EventService,
    private readonly metrics: MetricsService,
    private readonly feed: MetricsFeed,
    private readonly explore: ExploreService,
    private readonly funnels: FunnelService,
    private readonly recipients: RecipientsService,
    private readonly experiments: ExperimentService,
    private readonly upkeep: UpkeepService,
  ) {}

  async *appendEvents(requests: AsyncIterable<AppendEventsRequest>, call: Call): AsyncIterable<AppendEventsResponse> {
    yield* receiveItems(checkFrames(requests), call, {
      windowItems: WINDOW_EVENTS,
      commit: (events: readonly Event[]) => this.events.append(events),
    });
  }

  queryMetrics(request: QueryMetricsRequest): Promise<QueryMetricsResponse> {
    return this.metrics.query(request);
  }

  async *watchMetrics(requests: AsyncIterable<WatchMetricsRequest>, call: Call): AsyncIterable<WatchMetricsResponse> {
    let query: QueryMetricsRequest | undefined;
    const noting = async function* () {
      for await (const request of requests) {
        query ??= request.query; // comes with hello, and so before `open`
        yield request;
      }
    };
    yield* sendItems(noting(), call, {
      open: (resumeToken, signal) => this.feed.watch(query, resumeToken, signal),
    });
  }

  countRecipients(request: CountRecipientsRequest): Promise<CountRecipientsResponse> {
    return this.recipients.count(request);
  }

  queryFunnel(request: QueryFunnelRequest, call: Call): Promise<QueryFunnelResponse> {
    return this.funnels.query(request, call.signal);
  }

  listEvents(request: ListEventsRequest): Promise<ListEventsResponse> {
    return this.explore.list(request);
  }

  getMessageTimeline(request: GetMessageTimelineRequest): Promise<MessageTimeline> {
    return this.explore.timeline(request);
  }

  exportEvents(request: ExportEventsRequest): AsyncIterable<ExportEventsResponse> {
    return this.explore.export(request);
  }

  forgetRecipient(request: ForgetRecipientRequest): Promise<ForgetRecipientResponse> {
    return this.upkeep.forget(request);
  }

  createExperiment(request: CreateExperimentRequest): Promise<Experiment> {
    return this.experiments.create(request);
  }

  getExperiment({ name }: GetExperimentRequest): Promise<Experiment> {
    return this.experiments.get(name);
  }

  listExperiments(request: ListExperimentsRequest): Promise<ListExperimentsResponse> {
    return this.experiments.list(request);
  }

  endExperiment({ name }: EndExperimentRequest): Promise<Experiment> {
    return this.experiments.end(name);
  }

  async assignVariants({ name, units }: AssignVariantsRequest): Promise<AssignVariantsResponse> {
    return { variants: await this.experiments.assign(name, units) };
  }

  getExperimentResults({ name }: GetExperimentResultsRequest): Promise<ExperimentResults> {
    return this.experiments.results(name);
  }

  verifyCounts(_: VerifyCountsRequest): Promise<VerifyCountsResponse> {
    return this.upkeep.verify();
  }

  async rebuildCounts(_: RebuildCountsRequest): Promise<RebuildCountsResponse> {
    await this.upkeep.rebuild();
    return {};
  }

  reclassifyEvents(request: ReclassifyEventsRequest, call: Call): Promise<ReclassifyEventsResponse> {
    return this.upkeep.reclassify(request, call.signal);
  }
}
