import { randomUUID } from 'node:crypto';
import { Grouping } from './grouping.js';
import { metrics } from './metrics.js';
import { QueueUnavailable, queueClosed, queueFull } from './queue.errors.js';
import type { Message, Queue } from './queue.js';
import { Backoff, pause } from './waiting.js';

export interface GroupPublisherOptions<T> {
  readonly queue: Pick<Queue, 'publish'>;
  /** Makes the body of one message. */
  encode(items: readonly T[]): Uint8Array;
  /** About how many bytes the item adds to a body. */
  bytesOf(item: T): number;
  /** How many items a message carries at most: 2,000 by default. */
  readonly messageItemsMax?: number;
  /** How many bytes of items a message carries at most: 64 KiB by default. */
  readonly messageBytesMax?: number;
  /** How many publishes may run at once, each further one only for a full message: 2 by default. */
  readonly publishesMax?: number;
  /** How many bytes of items may wait, those under way included: 64 MiB by default. */
  readonly bufferBytesMax?: number;
  /** How long a queue may be away before those who wait are refused: 8 seconds by default, which a fail-over takes. */
  readonly rideOutMs?: number;
}

const DEFAULTS = {
  messageItemsMax: 2_000,
  messageBytesMax: 65_536,
  publishesMax: 2,
  bufferBytesMax: 67_108_864,
  rideOutMs: 8_000,
};

interface Part<T> {
  readonly items: readonly T[];
  readonly bytes: number;
}

/**
 * Makes messages of items by natural group commit: whatever is handed over while one publish runs is in the next
 * message. Messages are formed in the order of arrival; with several publishes at once they may be stored in another.
 */
export class GroupPublisher<T> {
  private readonly options: Required<GroupPublisherOptions<T>>;
  private readonly groups: Grouping<Part<T>>;
  private bufferedBytes = 0;
  private awaySince: number | undefined;
  private isClosed = false;

  constructor(options: GroupPublisherOptions<T>) {
    this.options = { ...DEFAULTS, ...options };
    this.groups = new Grouping((parts) => this.send(parts.flatMap(({ items }) => items)), {
      countMax: this.options.messageItemsMax,
      bytesMax: this.options.messageBytesMax,
      lanes: this.options.publishesMax,
      countOf: ({ items }) => items.length,
      bytesOf: ({ bytes }) => bytes,
    });
  }

  /**
   * Resolves once all the items are durable, together in one message where they fit. Where it rejects, some of them may
   * be durable nevertheless.
   * @throws QueueUnavailable where the buffer or the queue is full, or the queue stayed away
   */
  async publish(items: readonly T[]): Promise<void> {
    if (this.isClosed) throw this.refuse(items.length, queueClosed());
    const parts = this.split(items);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    if (this.bufferedBytes + bytes > this.options.bufferBytesMax) {
      throw this.refuse(items.length, queueFull("The publisher's buffer"));
    }
    this.buffer(bytes);
    try {
      await Promise.all(parts.map((part) => this.groups.add(part)));
    } finally {
      this.buffer(-bytes);
    }
  }

  /** Refuses what comes from now on, and resolves once everything before it is published or refused. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.groups.idle();
  }

  /** What is larger than a message travels in several. */
  private split(items: readonly T[]): Part<T>[] {
    const { messageItemsMax, messageBytesMax, bytesOf } = this.options;
    const parts: Part<T>[] = [];
    let [from, bytes] = [0, 0];
    for (const [index, item] of items.entries()) {
      const itemBytes = bytesOf(item);
      if (index > from && (index - from >= messageItemsMax || bytes + itemBytes > messageBytesMax)) {
        parts.push({ items: items.slice(from, index), bytes });
        [from, bytes] = [index, 0];
      }
      bytes += itemBytes;
    }
    if (from < items.length) parts.push({ items: from === 0 ? items : items.slice(from), bytes });
    return parts;
  }

  private async send(items: readonly T[]): Promise<void> {
    const message = { key: randomUUID(), body: this.options.encode(items) };
    try {
      await this.publishMessage(message);
      metrics.groupItems.observe(items.length);
    } catch (error) {
      throw this.refuse(items.length, error);
    }
  }

  /**
   * The key stays the same: a try whose answer was lost is not stored twice. Once the queue has been away for too long,
   * each message gets one try, until one succeeds.
   */
  private async publishMessage(message: Message): Promise<void> {
    const backoff = new Backoff();
    for (;;) {
      try {
        await this.options.queue.publish(message);
        this.awaySince = undefined;
        return;
      } catch (error) {
        if (!(error instanceof QueueUnavailable) || error.trouble !== 'AWAY') throw error;
        this.awaySince ??= performance.now();
        if (performance.now() - this.awaySince >= this.options.rideOutMs) throw error;
      }
      await pause(backoff.next());
    }
  }

  private buffer(bytes: number): void {
    this.bufferedBytes += bytes;
    metrics.bufferedBytes.inc(bytes);
  }

  private refuse(items: number, error: unknown): unknown {
    const trouble = error instanceof QueueUnavailable ? error.trouble.toLowerCase() : 'failed';
    metrics.refused.inc({ trouble }, items);
    return error;
  }
}
