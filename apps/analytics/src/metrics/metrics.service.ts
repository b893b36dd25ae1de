import type { QueryMetricsRequest, QueryMetricsResponse } from '@kelp/contract-analytics';
import { answeredByStore } from '../store.errors.js';
import { MetricsRepository } from './metrics.repository.js';
import { metricsQuery, previousOf } from './metrics-query.js';

/** Answers how an organization's mail is doing. */
export class MetricsService {
  constructor(private readonly metrics: MetricsRepository) {}

  /** @throws INVALID_FIELDS, TOO_MANY_ROWS, STORE_UNAVAILABLE */
  async query(request: QueryMetricsRequest): Promise<QueryMetricsResponse> {
    const query = metricsQuery(request);
    const previous = request.comparePrevious ? metricsQuery(previousOf(request)) : undefined;
    return answeredByStore(async () => ({
      rows: await this.metrics.query(query),
      previousRows: previous ? await this.metrics.query(previous) : [],
    }));
  }
}
