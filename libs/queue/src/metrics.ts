import { counter, gauge, histogram } from '@kelp/telemetry';

const BYTES = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];
const ITEMS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000];

/** What a process sees of the queue; the depth is that of all processes. */
export const metrics = {
  publishSeconds: histogram('kelp_queue_publish_seconds', 'How long publishes took, by how they ended.', ['outcome']),
  messageBytes: histogram('kelp_queue_message_bytes', 'The size of published messages.', [], BYTES),
  groupItems: histogram('kelp_queue_group_items', 'How many items one message carries.', [], ITEMS),
  bufferedBytes: gauge('kelp_queue_buffered_bytes', 'What waits in this process to be published.'),
  refused: counter('kelp_queue_refused_items_total', 'Items refused because nothing could be stored.', ['trouble']),
  taken: counter('kelp_queue_taken_total', 'Messages handed to consumers, by whether it was the first time.', [
    'first',
  ]),
  settled: counter('kelp_queue_settled_total', 'Messages settled by consumers, by how.', ['outcome']),
  messages: gauge('kelp_queue_messages', 'Messages in the queue, by state.', ['state']),
  oldestAgeSeconds: gauge('kelp_queue_oldest_age_seconds', 'The age of the oldest message that is not settled.'),
};
