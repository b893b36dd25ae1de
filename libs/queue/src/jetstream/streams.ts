import {
  AckPolicy,
  type ConsumerConfig,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { jetStreamNames } from './names.js';

export interface StreamOptions {
  /** How many servers of a cluster keep each message. */
  readonly replicas: number;
  /** How many bytes may be queued; the server reserves them. */
  readonly bytesMax: number;
  /** How many dead messages are kept. */
  readonly deadMax: number;
  readonly duplicateWindowMs: number;
  readonly leaseMs: number;
}

const NAME_IN_USE = 10058;
/** How many messages all consumers together may hold; those that wait for their retry count as well. */
const HELD_MAX = 10_000;

/**
 * Creates the streams and the consumer where they are missing, and changes what the options say otherwise. Any number
 * of processes may do so at once.
 */
export async function ensureStreams(manager: JetStreamManager, options: StreamOptions): Promise<void> {
  const { stream, subject, consumer, deadStream, deadSubject } = jetStreamNames;
  const shared = {
    storage: StorageType.File,
    num_replicas: options.replicas,
    duplicate_window: nanos(options.duplicateWindowMs),
  };
  await ensureStream(manager, {
    ...shared,
    name: stream,
    subjects: [subject],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_bytes: options.bytesMax,
  });
  await ensureStream(manager, {
    ...shared,
    name: deadStream,
    subjects: [deadSubject],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_msgs: options.deadMax,
  });
  await manager.consumers.add(stream, {
    durable_name: consumer,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(options.leaseMs),
    max_ack_pending: HELD_MAX,
    // Consumers bound the attempts themselves: at its own bound the server would leave the message where it is, for good.
    max_deliver: -1,
  } satisfies Partial<ConsumerConfig>);
}

async function ensureStream(
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<void> {
  try {
    await manager.streams.add(config); // does nothing where it exists like this
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === NAME_IN_USE)) throw error;
    await manager.streams.update(config.name, config);
  }
}
