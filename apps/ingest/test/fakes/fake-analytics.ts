import {
  AnalyticsContract,
  type AppendEventsRequest,
  type AppendEventsResponse,
  ErrorReason,
} from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { type Call, GrpcController, receiveItems, type Service } from '@kelp/rpc';
import { refusals } from '@kelp/status';
import { only, serveFake } from './fake-service.js';

const contract = only(AnalyticsContract, 'appendEvents');
const refuse = refusals(ErrorReason, 'analytics.kelp');

/** An event store in memory: each event once, and whatever the test wants to go wrong. */
export class FakeAnalytics {
  /** By their identifiers in hexadecimal digits. */
  readonly stored = new Map<string, Event>();
  /** Events that arrived, repeats included. */
  arrived = 0;
  /** Refuses events that it holds for. */
  isWrong: (event: Event) => boolean = () => false;
  /** Runs before each commit; what it throws ends the stream. */
  beforeCommit: () => Promise<void> = () => Promise.resolve();
  /** Runs after each commit and before its acknowledgement. */
  afterCommit: () => Promise<void> = () => Promise.resolve();

  async commit(events: readonly Event[]): Promise<void> {
    await this.beforeCommit();
    this.arrived += events.length;
    if (events.some((event) => this.isWrong(event))) {
      const violations = [{ field: 'items.items[0].event_id', description: 'Is not liked.' }];
      throw refuse.invalidArgument('INVALID_EVENT', 'Events are wrong.', { violations });
    }
    for (const event of events) this.stored.set(event.eventId.toString('hex'), event);
    await this.afterCommit();
  }

  serve(address?: string) {
    return serveFake('analytics', FakeAnalyticsController, this, address);
  }
}

@GrpcController(contract)
class FakeAnalyticsController implements Service<typeof contract> {
  constructor(private readonly analytics: FakeAnalytics) {}

  async *appendEvents(requests: AsyncIterable<AppendEventsRequest>, call: Call): AsyncIterable<AppendEventsResponse> {
    yield* receiveItems<Event>(requests, call, { commit: (events) => this.analytics.commit(events) });
  }
}
