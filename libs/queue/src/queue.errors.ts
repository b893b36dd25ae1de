import { MESSAGE_BYTES_MAX, type Message } from './queue.js';

/** `AWAY`: the queue does not answer. `FULL`: it, or a publisher's buffer, has no room. `CLOSED`: this process is closing. */
export type QueueTrouble = 'AWAY' | 'FULL' | 'CLOSED';

/** Thrown where the queue takes nothing for now: the same call may work later. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';

  constructor(
    readonly trouble: QueueTrouble,
    message: string,
    /** When to try again, at the earliest. */
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Thrown where a message can never be published as it is. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
}

const RETRY_AFTER_AWAY_MS = 2_000;
const RETRY_AFTER_FULL_MS = 10_000;
const RETRY_AFTER_CLOSED_MS = 1_000;
const KEY = /^[\x21-\x7e]{1,128}$/;

export const queueAway = (cause: unknown): QueueUnavailable =>
  new QueueUnavailable('AWAY', 'The queue does not answer.', RETRY_AFTER_AWAY_MS, { cause });

export const queueFull = (what: string, cause?: unknown): QueueUnavailable =>
  new QueueUnavailable('FULL', `${what} is full.`, RETRY_AFTER_FULL_MS, { cause });

export const queueClosed = (): QueueUnavailable =>
  new QueueUnavailable('CLOSED', 'The queue is closed in this process.', RETRY_AFTER_CLOSED_MS);

/** @throws MessageRefused */
export function checkMessage({ key, body }: Message): void {
  if (!KEY.test(key)) throw new MessageRefused('A key has 1 to 128 printable ASCII characters and no spaces.');
  if (body.length > MESSAGE_BYTES_MAX) {
    throw new MessageRefused(`A message has at most ${MESSAGE_BYTES_MAX} bytes, not ${body.length}.`);
  }
}
