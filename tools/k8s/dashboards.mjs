// What each service's dashboard shows: a row of panels each, one query a line.

/** @typedef {{ title: string, unit?: string, queries: Record<string, string> }} Panel queries by their legend */

const rate = (metric, by, filter = '') => `sum by (${by}) (rate(${metric}${filter}[$__rate_interval]))`;
const quantile = (q, metric, filter = '') =>
  `histogram_quantile(${q}, sum by (le) (rate(${metric}_bucket${filter}[$__rate_interval])))`;
const spread = (metric, filter) => ({ '50 %': quantile(0.5, metric, filter), '99 %': quantile(0.99, metric, filter) });

/** What every service tells: calls, and its process. */
const common = (service) => {
  const own = `{service="${service}"}`;
  return [
    {
      title: 'Calls by code',
      unit: 'reqps',
      queries: { '{{code}}': rate('kelp_rpc_server_calls_total', 'code', own) },
    },
    {
      title: 'Calls by method',
      unit: 'reqps',
      queries: { '{{method}}': rate('kelp_rpc_server_calls_total', 'method', own) },
    },
    {
      title: 'How long calls take, 99 %',
      unit: 's',
      queries: {
        '{{method}}': `histogram_quantile(0.99, sum by (le, method) (rate(kelp_rpc_server_call_seconds_bucket${own}[$__rate_interval])))`,
      },
    },
    {
      title: 'Open calls, and calls refused',
      queries: {
        'open on {{pod}}': `kelp_rpc_server_open_calls${own}`,
        'refused {{caller}}': rate('kelp_rpc_calls_refused_total', 'caller', own),
      },
    },
    { title: 'CPU', queries: { '{{pod}}': rate('process_cpu_seconds_total', 'pod', own) } },
    {
      title: 'Memory',
      unit: 'bytes',
      queries: {
        'resident {{pod}}': `process_resident_memory_bytes${own}`,
        'heap {{pod}}': `nodejs_heap_size_used_bytes${own}`,
      },
    },
    { title: 'Event loop, 99 %', unit: 's', queries: { '{{pod}}': `nodejs_eventloop_lag_p99_seconds${own}` } },
    { title: 'Open files', queries: { '{{pod}}': `process_open_fds${own}` } },
  ];
};

const feeds = (service) => [
  {
    title: 'Watchers of the feed',
    queries: { '{{feed}}': `sum by (feed) (kelp_change_feed_watchers{service="${service}"})` },
  },
  {
    title: 'Pages read, and databases lost',
    queries: {
      'read for {{reader}}': rate('kelp_change_feed_reads_total', 'reader', `{service="${service}"}`),
      lost: rate('kelp_change_feed_losses_total', 'feed', `{service="${service}"}`),
    },
  },
];

/** @type {Record<string, Panel[]>} */
const own = {
  account: feeds('account'),
  analytics: [
    {
      title: 'Events stored, and known already',
      unit: 'cps',
      queries: {
        stored: 'sum(rate(kelp_analytics_events_stored_total[$__rate_interval]))',
        duplicate: 'sum(rate(kelp_analytics_events_duplicate_total[$__rate_interval]))',
      },
    },
    { title: 'Commits', unit: 's', queries: spread('kelp_analytics_commit_seconds') },
    { title: 'Merges of counts', unit: 's', queries: spread('kelp_analytics_merge_seconds') },
    { title: 'Counts that wait to be merged', queries: { '{{pod}}': 'kelp_analytics_pending_entries' } },
    { title: 'Foldings of recipients', unit: 's', queries: spread('kelp_analytics_fold_seconds') },
    { title: 'Commits whose recipients wait', queries: { '{{pod}}': 'kelp_analytics_pending_recipient_commits' } },
  ],
  ingest: [
    {
      title: 'Webhooks by outcome',
      unit: 'reqps',
      queries: { '{{outcome}}': rate('kelp_ingest_requests_total', 'outcome') },
    },
    {
      title: 'Webhooks, until the answer',
      unit: 's',
      queries: spread('kelp_ingest_request_seconds', '{outcome="accepted"}'),
    },
    {
      title: 'Error budget used, of the month at this rate',
      unit: 'percentunit',
      queries: { '1 h': 'kelp:webhooks_failed:ratio1h / 0.0005', '6 h': 'kelp:webhooks_failed:ratio6h / 0.0005' },
    },
    {
      title: 'Events',
      unit: 'cps',
      queries: {
        received: 'sum(rate(kelp_ingest_events_received_total[$__rate_interval]))',
        'dropped by {{reason}}': rate('kelp_ingest_events_dropped_total', 'reason'),
        kept: 'sum(rate(kelp_ingest_events_kept_total[$__rate_interval]))',
        forwarded: 'sum(rate(kelp_ingest_events_forwarded_total[$__rate_interval]))',
        dead: 'sum(rate(kelp_ingest_events_dead_total[$__rate_interval]))',
      },
    },
    { title: 'Messages in the queue', queries: { '{{state}}': 'max by (state) (kelp_queue_messages)' } },
    { title: 'Age of the oldest message', unit: 's', queries: { oldest: 'max(kelp_queue_oldest_age_seconds)' } },
    { title: 'From the queue into the store', unit: 's', queries: spread('kelp_ingest_forward_seconds') },
    { title: 'Publishes', unit: 's', queries: spread('kelp_queue_publish_seconds') },
    {
      title: 'Messages taken and settled',
      unit: 'ops',
      queries: {
        'taken, first: {{first}}': rate('kelp_queue_taken_total', 'first'),
        '{{outcome}}': rate('kelp_queue_settled_total', 'outcome'),
      },
    },
    {
      title: 'Waiting to be published, and refused',
      queries: {
        'bytes on {{pod}}': 'kelp_queue_buffered_bytes',
        'refused: {{trouble}}': rate('kelp_queue_refused_items_total', 'trouble'),
      },
    },
  ],
  template: [
    ...feeds('template'),
    { title: 'Compiles', unit: 's', queries: spread('kelp_template_compile_seconds') },
    {
      title: 'Compiled versions asked for',
      unit: 'ops',
      queries: { '{{result}}': rate('kelp_template_program_lookups_total', 'result') },
    },
    {
      title: 'Memory of compiled versions',
      unit: 'bytes',
      queries: { '{{pod}}': 'kelp_template_program_cache_bytes' },
    },
  ],
};

const [COLUMNS, WIDTH, HEIGHT] = [3, 8, 8];
/** Grafana fills it in. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the variable is Grafana's
const datasource = { type: 'prometheus', uid: '${datasource}' };

const panel = ({ title, unit = 'short', queries }, index) => ({
  id: index + 1,
  type: 'timeseries',
  title,
  datasource,
  gridPos: { x: (index % COLUMNS) * WIDTH, y: Math.floor(index / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT },
  fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
  targets: Object.entries(queries).map(([legendFormat, expr], at) => ({
    refId: String.fromCharCode(65 + at),
    datasource,
    expr,
    legendFormat,
  })),
});

/** Grafana's JSON of a service's dashboard. */
export const dashboard = (service) => ({
  uid: `kelp-${service}`,
  title: `Kelp: ${service}`,
  tags: ['kelp'],
  timezone: 'utc',
  schemaVersion: 39,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', current: {} }] },
  panels: [...(own[service] ?? []), ...common(service)].map(panel),
});
