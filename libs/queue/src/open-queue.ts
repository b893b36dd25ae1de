import { type Logger, logger } from '@kelp/telemetry';
import { AdaptedQueue } from './adapted-queue.js';
import { EmbeddedAdapter } from './embedded/embedded-adapter.js';
import { connectionOf, type NatsTls } from './jetstream/connection.js';
import { JetStreamAdapter } from './jetstream/jetstream-adapter.js';
import type { Queue } from './queue.js';

export interface QueueOptions {
  /** The service's own database: where the queue is when its URL is empty. */
  readonly databaseUrl?: string;
  /** How long a message stays with a consumer that died: 30 seconds by default. */
  readonly leaseMs?: number;
  /** After so many attempts a message is dead: 5 by default. */
  readonly attemptsMax?: number;
  /** How many bytes may be queued: 1 GiB by default. */
  readonly bytesMax?: number;
  /** How many dead messages are kept: 1,000 by default. */
  readonly deadMax?: number;
  /** How long a publish may wait: 3 seconds by default. */
  readonly publishTimeoutMs?: number;
  /** How long a key is remembered: 2 minutes by default. */
  readonly duplicateWindowMs?: number;
  /** How long `close` waits for what was handed out to be settled: 5 seconds by default. */
  readonly closeGraceMs?: number;
  /** How many servers of a NATS cluster keep each message: 1 by default. */
  readonly replicas?: number;
  /** For a NATS server with TLS. */
  readonly tls?: NatsTls;
  readonly log?: Logger;
}

const DEFAULTS = {
  leaseMs: 30_000,
  attemptsMax: 5,
  bytesMax: 1_073_741_824,
  deadMax: 1_000,
  publishTimeoutMs: 3_000,
  duplicateWindowMs: 120_000,
  closeGraceMs: 5_000,
  replicas: 1,
};

/**
 * The queue at a URL. It connects in the background and reconnects for ever, so that a service starts, and says 503,
 * while its queue is away.
 * @param url `nats://` or `tls://`, several servers separated by commas, for JetStream; `postgresql://` for the embedded
 *   queue; empty for the embedded queue in `databaseUrl`
 * @throws where there is no queue at such a URL
 */
export function openQueue(url: string, options: QueueOptions = {}): Queue {
  const settings = { ...DEFAULTS, log: logger('queue'), ...options };
  const place = url || settings.databaseUrl || '';
  const timeoutMs = settings.publishTimeoutMs;
  if (/^postgres(ql)?:\/\//.test(place)) {
    return new AdaptedQueue(new EmbeddedAdapter({ ...settings, url: place, timeoutMs }), settings);
  }
  if (/^(nats|tls):\/\//.test(place)) {
    const connection = connectionOf(place, settings.tls);
    return new AdaptedQueue(new JetStreamAdapter({ ...settings, connection, timeoutMs }), settings);
  }
  throw new Error('The queue needs a URL that starts with nats:// or postgresql://, or the URL of a database.');
}
