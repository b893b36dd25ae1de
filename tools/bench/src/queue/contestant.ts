/** A queueing system that the bench drives. Its waits end when what was published is durable. */
export interface QueueContestant {
  publishMessage(body: Uint8Array): Promise<void>;
  publishRecord(record: Buffer): Promise<void>;
  /** Takes and settles so many messages. */
  consume(messages: number): Promise<void>;
  /** Removes everything. */
  reset(): Promise<void>;
  close(): Promise<void>;
}
