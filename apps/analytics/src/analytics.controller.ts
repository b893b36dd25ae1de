import {
  AnalyticsContract,
  type AppendEventsRequest,
  type AppendEventsResponse,
  type QueryMetricsRequest,
  type QueryMetricsResponse,
} from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { type Call, GrpcController, receiveItems, type Service } from '@kelp/rpc';
import { checkFrames } from './event/check-events.js';
import { EventService } from './event/event.service.js';
import { MetricsService } from './metrics/metrics.service.js';

/** How many events a stream may have under way: enough to fill a few commits. */
const WINDOW_EVENTS = 20_000;

/** The contract of analytics, implemented. */
@GrpcController(AnalyticsContract)
export class AnalyticsController implements Service<typeof AnalyticsContract> {
  constructor(
    private readonly events: EventService,
    private readonly metrics: MetricsService,
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
}
