import type { QueryFunnelRequest, QueryFunnelResponse } from '@kelp/contract-analytics';
import { PartitionRepository } from '../event/partition.repository.js';
import { answeredByStore } from '../store.errors.js';
import { FunnelRepository } from './funnel.repository.js';
import { funnelQuery } from './funnel-query.js';
import { Turns } from './turns.js';

const DAY_MS = 86_400_000;
/** Each reads many events, and keeps a connection: appends must never want for one. */
const AT_ONCE_MAX = 2;

/** Tells how many get how far. */
export class FunnelService {
  private readonly turns = new Turns(AT_ONCE_MAX);

  constructor(
    private readonly funnels: FunnelRepository,
    private readonly partitions: PartitionRepository,
  ) {}

  /** @throws INVALID_FIELDS, TOO_MANY_ROWS, STORE_UNAVAILABLE */
  async query(request: QueryFunnelRequest, signal: AbortSignal): Promise<QueryFunnelResponse> {
    const query = funnelQuery(request);
    return this.turns.take(signal, () =>
      answeredByStore(async () => {
        const horizon = await this.partitions.horizon();
        return {
          funnels: await this.funnels.query(query, signal),
          keptSinceTime: horizon === -Infinity ? undefined : new Date(horizon * DAY_MS),
        };
      }),
    );
  }
}
