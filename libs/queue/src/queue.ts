/** How large a message's body may be: with its headers it stays below the 1 MiB that a NATS server takes by default. */
export const MESSAGE_BYTES_MAX = 1_000_000;

/** What is queued: opaque bytes, such as a protobuf batch. */
export interface Message {
  /**
   * Names the message: published again within the de-duplication window (2 minutes by default), also after it was
   * consumed, it is stored once. 1 to 128 printable ASCII characters without spaces.
   */
  readonly key: string;
  /** At most MESSAGE_BYTES_MAX bytes. */
  readonly body: Uint8Array;
}

/**
 * A message in a consumer's hands, for one attempt. It is settled once, by `ack`, `retry` or `dead`: what is called
 * after the first of them changes nothing. Until then its lease is extended by itself, while the process lives. Each of
 * the three resolves once the queue has recorded it, and rejects with QueueUnavailable where the queue stays away for
 * as long as a lease: then the message comes again.
 */
export interface Delivery {
  /** The queue's own name for the message, the same at every attempt. */
  readonly id: string;
  readonly key: string;
  readonly body: Uint8Array;
  /** From 1. */
  readonly attempt: number;
  readonly enqueuedAt: Date;
  /** Removes the message: its work is done. */
  ack(): Promise<void>;
  /** Gives it back for another attempt, in `delayMs` at the earliest; after its last attempt it is dead. */
  retry(delayMs: number): Promise<void>;
  /** Puts it aside, with the reason: no attempt can help it. */
  dead(reason: string): Promise<void>;
}

/** A message that was put aside. */
export interface DeadMessage {
  /** The name to return it by. */
  readonly id: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly reason: string;
  /** How often it was delivered. */
  readonly attempts: number;
  readonly enqueuedAt: Date;
  readonly diedAt: Date;
}

/** How much is queued, over all processes. */
export interface Depth {
  /** Messages that may be taken now. */
  readonly waiting: number;
  /** Messages that somebody works on, or that wait for their retry. */
  readonly inFlight: number;
  /** Messages that were put aside. */
  readonly dead: number;
  /** The age of the oldest message that is not settled, 0 where there is none. */
  readonly oldestAgeMs: number;
}

export interface PublishOptions {
  /** Ends the wait. The message may be stored nevertheless: publish it again under the same key. */
  readonly signal?: AbortSignal;
}

export interface ConsumeOptions {
  /** How many messages at most are taken and not settled, from 1. */
  readonly prefetch: number;
  /** Ends the iteration, as leaving its loop does: what was not handed out goes back. */
  readonly signal?: AbortSignal;
}

export interface DeadPage {
  /** How many at most: 100 by default. */
  readonly limit?: number;
  /** The id of the last one of the page before; the first page where absent. */
  readonly after?: string;
}

/**
 * A durable queue with at-least-once delivery, for any number of publishers and consumers in any number of processes.
 * Order is that of arrival, roughly: retries and several consumers change it.
 */
export interface Queue {
  /**
   * Resolves once the message is durable.
   * @throws QueueUnavailable where the queue is full, or away for longer than a publish may wait
   * @throws MessageRefused where the message can never be published
   */
  publish(message: Message, options?: PublishOptions): Promise<void>;
  /**
   * Takes messages as the iteration asks for them, and goes on by itself after the queue was away. A message that is
   * not settled when its consumer dies is delivered again after its lease, up to the bound of attempts; then it is dead.
   */
  consume(options: ConsumeOptions): AsyncIterableIterator<Delivery>;
  /** @throws QueueUnavailable */
  depth(): Promise<Depth>;
  /** Dead messages, the oldest first. A bounded number is kept: the oldest go. @throws QueueUnavailable */
  listDead(page?: DeadPage): Promise<DeadMessage[]>;
  /** Queues dead messages again, with all their attempts. Gives how many there still were. @throws QueueUnavailable */
  returnDead(ids: readonly string[]): Promise<number>;
  /**
   * Ends every iteration, gives what was not handed out back, waits a while for what was handed out to be settled and
   * gives the rest back, then closes the connections.
   */
  close(): Promise<void>;
}
