import type { DeadMessage, Depth } from '../queue.js';

/** Rows as `pg` gives them: a bigint is text. */
export interface DeadRow {
  id: string;
  key: string;
  body: Buffer;
  reason: string;
  attempts: number;
  enqueued_at: Date;
  died_at: Date;
}

export interface DepthRow {
  waiting: number;
  in_flight: number;
  bytes: number;
  oldest_age_ms: number;
  dead: number;
}

export const toDead = ({ enqueued_at, died_at, ...row }: DeadRow): DeadMessage => ({
  ...row,
  enqueuedAt: enqueued_at,
  diedAt: died_at,
});

export const toDepth = ({ waiting, in_flight, dead, oldest_age_ms }: DepthRow): Depth => ({
  waiting,
  inFlight: in_flight,
  dead,
  oldestAgeMs: oldest_age_ms,
});
