import type { DeadMessage, DeadPage, Depth, Message } from './queue.js';

/** A message that was taken for one attempt, as an adapter knows it. */
export interface Taken {
  readonly id: string;
  readonly key: string;
  readonly body: Uint8Array;
  readonly attempt: number;
  readonly enqueuedAt: Date;
}

/**
 * What a queueing system has to be able to do. All that does not depend on the system is the AdaptedQueue's: bounded
 * waits, prefetch, heartbeats, the bound of attempts, a clean end. Every call may throw QueueUnavailable.
 */
export interface Adapter<T extends Taken = Taken> {
  /**
   * Resolves once the message is durable, and stores it once where its key was published lately.
   * @param gone fires when nobody waits any more: what is not under way yet need not be stored
   */
  publish(message: Message, gone: AbortSignal): Promise<void>;
  /** Takes up to `max` messages, each under a lease. Waits for the first one; gives none once the signal has fired. */
  take(max: number, signal: AbortSignal): Promise<T[]>;
  /** Renews the leases. */
  extend(taken: readonly T[]): Promise<void>;
  ack(taken: T): Promise<void>;
  retry(taken: T, delayMs: number): Promise<void>;
  /** @param attempts how often the message was delivered */
  dead(taken: T, reason: string, attempts: number): Promise<void>;
  /** Gives back, to be taken by others at once. */
  release(taken: readonly T[]): Promise<void>;
  depth(): Promise<Depth>;
  listDead(page: Required<DeadPage>): Promise<DeadMessage[]>;
  returnDead(ids: readonly string[]): Promise<number>;
  close(): Promise<void>;
}
