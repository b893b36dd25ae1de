import type { Logger } from '@kelp/telemetry';
import type { Adapter, Taken } from './adapter.js';
import { Consumption } from './consumption.js';
import { metrics } from './metrics.js';
import { checkMessage, QueueUnavailable, queueAway, queueClosed } from './queue.errors.js';
import type {
  ConsumeOptions,
  DeadMessage,
  DeadPage,
  Delivery,
  Depth,
  Message,
  PublishOptions,
  Queue,
} from './queue.js';
import { within } from './waiting.js';

export interface AdaptedQueueOptions {
  readonly attemptsMax: number;
  readonly leaseMs: number;
  /** How long a publish may wait. */
  readonly publishTimeoutMs: number;
  /** How long `close` waits for what was handed out to be settled. */
  readonly closeGraceMs: number;
  readonly log: Logger;
}

/** Both systems count. */
const ID = /^\d{1,18}$/;
const DEAD_PAGE = 100;
const DEPTH_EVERY_MS = 15_000;

/** The port, on whichever system the adapter speaks to. */
export class AdaptedQueue<T extends Taken> implements Queue {
  private readonly consumptions = new Set<Consumption<T>>();
  private readonly publishing = new Set<Promise<void>>();
  private watching: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly adapter: Adapter<T>,
    private readonly options: AdaptedQueueOptions,
  ) {}

  async publish(message: Message, { signal }: PublishOptions = {}): Promise<void> {
    checkMessage(message);
    if (this.closing) throw queueClosed();
    signal?.throwIfAborted();
    const stopwatch = metrics.publishSeconds.startTimer();
    const late = () => queueAway(new Error('The publish took too long.'));
    const leaving = new AbortController();
    const publishing = this.adapter.publish(message, leaving.signal);
    this.publishing.add(publishing);
    try {
      await within(publishing, this.options.publishTimeoutMs, late, signal);
      metrics.messageBytes.observe(message.body.length);
      stopwatch({ outcome: 'stored' });
    } catch (error) {
      stopwatch({ outcome: error instanceof QueueUnavailable ? error.trouble.toLowerCase() : 'failed' });
      throw error;
    } finally {
      leaving.abort();
      this.publishing.delete(publishing);
    }
  }

  consume(options: ConsumeOptions): AsyncIterableIterator<Delivery> {
    if (this.closing) throw queueClosed();
    const consumption = new Consumption(this.adapter, {
      ...this.options,
      ...options,
      onDone: () => this.consumptions.delete(consumption),
    });
    this.consumptions.add(consumption);
    this.watching ??= setInterval(() => void this.watchDepth(), DEPTH_EVERY_MS).unref();
    return consumption;
  }

  async depth(): Promise<Depth> {
    const depth = await this.adapter.depth();
    metrics.messages.set({ state: 'waiting' }, depth.waiting);
    metrics.messages.set({ state: 'in_flight' }, depth.inFlight);
    metrics.messages.set({ state: 'dead' }, depth.dead);
    metrics.oldestAgeSeconds.set(depth.oldestAgeMs / 1_000);
    return depth;
  }

  async listDead({ limit = DEAD_PAGE, after = '' }: DeadPage = {}): Promise<DeadMessage[]> {
    if (after !== '' && !ID.test(after)) throw new RangeError(`"${after}" is not the id of a dead message.`);
    return this.adapter.listDead({ limit, after });
  }

  async returnDead(ids: readonly string[]): Promise<number> {
    return this.adapter.returnDead(ids.filter((id) => ID.test(id)));
  }

  close(): Promise<void> {
    this.closing ??= (async () => {
      clearInterval(this.watching);
      await Promise.all([...this.consumptions].map((one) => one.close(this.options.closeGraceMs)));
      await Promise.allSettled(this.publishing);
      await this.adapter.close();
    })();
    return this.closing;
  }

  /** Keeps the depth's metrics fresh where there are consumers: they say how many of them are needed. */
  private async watchDepth(): Promise<void> {
    try {
      await this.depth();
    } catch (error) {
      this.options.log.debug({ err: error }, 'The depth of the queue is not known.');
    }
  }
}
