import { counter, gauge, histogram } from '@kelp/telemetry';

/** What this process did, for Prometheus; of all connections together, since their number has no bound. */
export const metrics = {
  requests: counter('kelp_ingest_requests_total', 'Webhook requests, by what became of them.', ['outcome']),
  requestSeconds: histogram('kelp_ingest_request_seconds', 'How long webhook requests took, until the answer.', [
    'outcome',
  ]),
  received: counter('kelp_ingest_events_received_total', 'Events in requests that were accepted.'),
  dropped: counter('kelp_ingest_events_dropped_total', 'Events that were thrown away, by why.', ['reason']),
  matched: counter(
    'kelp_ingest_rule_matches_total',
    "Events that connections' own rules matched, by whether they were thrown away for it.",
    ['dropped'],
  ),
  kept: counter('kelp_ingest_events_kept_total', 'Events that were queued before their request was answered.'),
  discardsFrom: gauge(
    'kelp_ingest_discards_from_timestamp_seconds',
    'From when on a provider may throw away events that were refused here, of its connections the earliest; 0 while all is well.',
    ['provider'],
  ),
  dead: counter('kelp_ingest_events_dead_total', 'Events that are dead letters.'),
  forwarded: counter('kelp_ingest_events_forwarded_total', 'Events that the event store has acknowledged.'),
  forwardSeconds: histogram(
    'kelp_ingest_forward_seconds',
    'How long messages took from the queue into the event store.',
  ),
};
