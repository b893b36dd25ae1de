import type { Logger } from '@kelp/telemetry';
import type { Adapter, Taken } from './adapter.js';
import { metrics } from './metrics.js';
import { QueueUnavailable } from './queue.errors.js';
import type { ConsumeOptions, Delivery } from './queue.js';
import { Backoff, pause, Wakeup } from './waiting.js';

export interface ConsumptionOptions extends ConsumeOptions {
  /** After so many attempts a message is dead. */
  readonly attemptsMax: number;
  /** How long a message stays with a consumer that died. Heartbeats come three times as often. */
  readonly leaseMs: number;
  readonly log: Logger;
  /** Called when the iteration has ended and everything is settled. */
  onDone(): void;
}

const HEARTBEATS_PER_LEASE = 3;
const REASON_LENGTH_MAX = 1_000;

/** One iteration over a queue: takes ahead up to the prefetch, keeps the leases alive, settles, and ends cleanly. */
export class Consumption<T extends Taken> implements AsyncIterableIterator<Delivery> {
  /** Taken and not settled. */
  private readonly held = new Set<T>();
  /** Those of them that nobody was handed yet. */
  private readonly ready: T[] = [];
  private readonly ending = new AbortController();
  private readonly changed = new Wakeup();
  private heartbeat: NodeJS.Timeout | undefined;
  private filling: Promise<void> | undefined;
  private ended: Promise<void> | undefined;

  constructor(
    private readonly adapter: Adapter<T>,
    private readonly options: ConsumptionOptions,
  ) {
    if (!(options.prefetch >= 1)) throw new RangeError(`prefetch is at least 1, not ${options.prefetch}.`);
    options.signal?.addEventListener('abort', () => void this.end(), { once: true });
    if (options.signal?.aborted) void this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Delivery, undefined>> {
    for (;;) {
      const { seen } = this.changed;
      const taken = this.ready.shift();
      if (taken) return { done: false, value: this.handOut(taken) };
      if (this.ending.signal.aborted) {
        await this.ended;
        return { done: true, value: undefined };
      }
      this.filling ??= this.fill();
      await this.changed.after(seen);
    }
  }

  async return(): Promise<IteratorResult<Delivery, undefined>> {
    await this.end();
    return { done: true, value: undefined };
  }

  /** Ends the iteration, and gives what is still not settled after the grace back. */
  async close(graceMs: number): Promise<void> {
    await this.end();
    const deadline = performance.now() + graceMs;
    for (;;) {
      const { seen } = this.changed;
      const restMs = deadline - performance.now();
      if (this.held.size === 0 || restMs <= 0) break;
      await this.changed.after(seen, restMs);
    }
    await this.giveBack([...this.held]);
    clearInterval(this.heartbeat);
  }

  private end(): Promise<void> {
    this.ended ??= (async () => {
      this.ending.abort();
      this.changed.ring();
      await this.giveBack(this.ready.splice(0));
      await this.filling;
      this.forget([]);
    })();
    return this.ended;
  }

  private async fill(): Promise<void> {
    const { signal } = this.ending;
    const backoff = new Backoff();
    this.heartbeat = setInterval(() => void this.extend(), this.options.leaseMs / HEARTBEATS_PER_LEASE);
    while (!signal.aborted) {
      const { seen } = this.changed;
      const room = this.options.prefetch - this.held.size;
      // While some are ready, a larger bite later costs the queue less than small ones now.
      const roomMin = this.ready.length === 0 ? 1 : Math.ceil(this.options.prefetch / 4);
      if (room < roomMin) {
        await this.changed.after(seen, undefined, signal);
        continue;
      }
      try {
        await this.accept(await this.adapter.take(room, signal));
        backoff.reset();
      } catch (error) {
        this.options.log.warn({ err: error }, 'Taking messages from the queue failed.');
        await pause(backoff.next(), signal);
      }
    }
  }

  private async accept(taken: T[]): Promise<void> {
    for (const one of taken) this.held.add(one);
    if (this.ending.signal.aborted) return this.giveBack(taken);
    for (const one of taken) {
      if (one.attempt <= this.options.attemptsMax) this.ready.push(one);
      else void this.bury(one);
    }
    this.changed.ring();
  }

  private handOut(taken: T): Delivery {
    const { adapter, options } = this;
    let settled: Promise<void> | undefined;
    const once = (outcome: string, record: () => Promise<void>) => {
      settled ??= this.settle(taken, outcome, record);
      return settled;
    };
    metrics.taken.inc({ first: String(taken.attempt === 1) });
    return {
      id: taken.id,
      key: taken.key,
      body: taken.body,
      attempt: taken.attempt,
      enqueuedAt: taken.enqueuedAt,
      ack: () => once('ack', () => adapter.ack(taken)),
      retry: (delayMs) =>
        once('retry', () =>
          taken.attempt < options.attemptsMax
            ? adapter.retry(taken, Math.max(0, delayMs))
            : this.giveUp(taken, taken.attempt),
        ),
      dead: (reason) => once('dead', () => adapter.dead(taken, cleanReason(reason), taken.attempt)),
    };
  }

  /** A message whose consumers died with it, as often as allowed. */
  private async bury(taken: T): Promise<void> {
    try {
      await this.settle(taken, 'dead', () => this.giveUp(taken, taken.attempt - 1));
    } catch (error) {
      this.options.log.warn({ err: error, id: taken.id }, 'A message that was given up could not be put aside yet.');
    }
  }

  private giveUp(taken: T, attempts: number): Promise<void> {
    return this.adapter.dead(taken, `Given up after ${attempts} attempts.`, attempts);
  }

  /** Rides out a queue that is away for less than a lease: longer is no use, for then the message is somebody else's. */
  private async settle(taken: T, outcome: string, record: () => Promise<void>): Promise<void> {
    const deadline = performance.now() + this.options.leaseMs;
    const backoff = new Backoff();
    try {
      for (;;) {
        try {
          await record();
          metrics.settled.inc({ outcome });
          return;
        } catch (error) {
          if (!(error instanceof QueueUnavailable) || performance.now() > deadline) throw error;
        }
        await pause(backoff.next());
      }
    } finally {
      this.forget([taken]);
    }
  }

  private async extend(): Promise<void> {
    if (this.held.size === 0) return;
    try {
      await this.adapter.extend([...this.held]);
    } catch (error) {
      this.options.log.warn({ err: error, messages: this.held.size }, 'Extending the leases of messages failed.');
    }
  }

  private async giveBack(taken: readonly T[]): Promise<void> {
    if (taken.length === 0) return;
    this.forget(taken);
    try {
      await this.adapter.release(taken);
    } catch (error) {
      this.options.log.warn({ err: error, messages: taken.length }, 'Messages come again only after their lease.');
    }
  }

  private forget(taken: readonly T[]): void {
    for (const one of taken) this.held.delete(one);
    if (this.ending.signal.aborted && this.held.size === 0) {
      clearInterval(this.heartbeat);
      this.options.onDone();
    }
    this.changed.ring();
  }
}

/** On one line, and bounded: it travels as a header. */
const cleanReason = (reason: string) => reason.replace(/\p{Cc}+/gu, ' ').slice(0, REASON_LENGTH_MAX);
