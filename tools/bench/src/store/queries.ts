import { AnalyticsContract, Bucket, Dimension, type QueryMetricsRequest } from '@kelp/contract-analytics';
import { bytesToUuid } from '@kelp/resource';
import { type Client } from '@kelp/rpc';
import { quantile } from '../statistics.js';
import { ORGANIZATION } from './sample-events.js';

const TIMES = 100;
const HOUR_MS = 3_600_000;

const parent = `organizations/${bytesToUuid(ORGANIZATION)}`;
const ago = (ms: number) => new Date(Date.now() - ms);

/** What people ask. */
const QUERIES: Record<string, () => Partial<QueryMetricsRequest>> = {
  'all of time': () => ({}),
  'all of time, by version': () => ({ groupBy: [Dimension.VERSION] }),
  '2 hours by the minute': () => ({ bucket: Bucket.MINUTE, startTime: ago(2 * HOUR_MS) }),
  '7 days by the hour': () => ({ bucket: Bucket.HOUR, startTime: ago(7 * 24 * HOUR_MS) }),
  '7 days by the day and template': () => ({
    bucket: Bucket.DAY,
    startTime: ago(7 * 24 * HOUR_MS),
    groupBy: [Dimension.TEMPLATE],
  }),
  '7 days by the day in Zurich': () => ({
    bucket: Bucket.DAY,
    startTime: ago(7 * 24 * HOUR_MS),
    timeZone: 'Europe/Zurich',
  }),
  'all of time, by recipient domain': () => ({ groupBy: [Dimension.RECIPIENT_DOMAIN] }),
  'all of time, by link': () => ({ groupBy: [Dimension.LINK] }),
  'opens of one country, by template and day': () => ({
    bucket: Bucket.DAY,
    groupBy: [Dimension.TEMPLATE],
    filters: [{ dimension: Dimension.COUNTRY, values: ['CH'] }],
  }),
};

/** How long each query takes as a rule, in milliseconds. */
export async function queryTimes(client: Client<typeof AnalyticsContract>): Promise<Map<string, number>> {
  const medians = new Map<string, number>();
  const measure = async (name: string, ask: () => Promise<unknown>) => {
    const times: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const startedAt = performance.now();
      await ask();
      times.push(performance.now() - startedAt);
    }
    medians.set(name, quantile(times, 0.5));
  };
  for (const [name, query] of Object.entries(QUERIES)) {
    await measure(name, () =>
      client.queryMetrics({
        parent,
        template: '',
        startTime: undefined,
        endTime: undefined,
        bucket: Bucket.UNSPECIFIED,
        groupBy: [],
        filters: [],
        timeZone: '',
        comparePrevious: false,
        ...query(),
      }),
    );
  }
  const newest = () => client.listEvents({ parent, filter: undefined, pageSize: 50, pageToken: '' });
  await measure('the newest 50 events', newest);
  const messageId = (await newest()).events[0]!.event!.messageId;
  await measure('what happened to one message', () => client.getMessageTimeline({ parent, messageId }));
  return medians;
}
