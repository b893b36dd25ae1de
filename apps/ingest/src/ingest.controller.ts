import type { Event } from '@kelp/contract-event';
import {
  type FilterReport,
  type GetFilterReportRequest,
  type GetReportRequest,
  IngestContract,
  type ListDeadLettersRequest,
  type ListDeadLettersResponse,
  type PublishEventsRequest,
  type PublishEventsResponse,
  type ReplayDeadLettersRequest,
  type ReplayDeadLettersResponse,
  type Report as ReportMessage,
} from '@kelp/contract-ingest';
import { type Call, GrpcController, receiveItems, type Service } from '@kelp/rpc';
import { DeadLetterService } from './dead-letter/dead-letter.service.js';
import { ReplayService } from './dead-letter/replay.service.js';
import { ReportService } from './report/report.service.js';
import { PublishService } from './webhook/publish.service.js';

/** How many events a producer may have under way. */
const WINDOW_EVENTS = 20_000;

/** The contract of ingest, implemented. */
@GrpcController(IngestContract)
export class IngestController implements Service<typeof IngestContract> {
  constructor(
    private readonly reports: ReportService,
    private readonly deadLetters: DeadLetterService,
    private readonly replays: ReplayService,
    private readonly producers: PublishService,
  ) {}

  async *publishEvents(
    requests: AsyncIterable<PublishEventsRequest>,
    call: Call,
  ): AsyncIterable<PublishEventsResponse> {
    yield* receiveItems<Event>(requests, call, {
      windowItems: WINDOW_EVENTS,
      commit: (events) => this.producers.publish(events),
    });
  }

  async *replayDeadLetters(request: ReplayDeadLettersRequest, call: Call): AsyncIterable<ReplayDeadLettersResponse> {
    yield* this.replays.replay(request, call.signal);
  }

  getReport({ connection }: GetReportRequest): Promise<ReportMessage> {
    return this.reports.get(connection);
  }

  async getFilterReport({ connection }: GetFilterReportRequest): Promise<FilterReport> {
    return this.reports.filter(connection);
  }

  listDeadLetters(request: ListDeadLettersRequest): Promise<ListDeadLettersResponse> {
    return this.deadLetters.list(request);
  }
}
