import type { QueryMetricsRequest, QueryMetricsResponse } from '@kelp/contract-analytics';
import { failureOf } from '../database-failure.js';
import { storeUnavailable } from '../store.errors.js';
import { MetricsRepository } from './metrics.repository.js';
import { metricsQuery } from './metrics-query.js';

/** Answers how an organization's mail is doing. */
export class MetricsService {
  constructor(private readonly metrics: MetricsRepository) {}

  /** @throws INVALID_FIELDS, TOO_MANY_ROWS, STORE_UNAVAILABLE */
  async query(request: QueryMetricsRequest): Promise<QueryMetricsResponse> {
    const query = metricsQuery(request);
    try {
      return { rows: await this.metrics.query(query) };
    } catch (error) {
      if (failureOf(error) === 'away') throw storeUnavailable(error);
      throw error;
    }
  }
}
