import type { Msg } from '@nats-io/transport-node';
import type { Taken } from '../adapter.js';

/** A message that was pulled; the reply subject is how it is settled. */
export interface Pulled extends Taken {
  readonly reply: string;
}

/** Where NATS keeps the key, by which it de-duplicates. */
export const KEY_HEADER = 'Nats-Msg-Id';
/** The key of a message that was returned: as another message, it has another id. */
export const RETURNED_KEY_HEADER = 'Kelp-Key';
export const REASON_HEADER = 'Kelp-Reason';
export const ATTEMPTS_HEADER = 'Kelp-Attempts';
export const ENQUEUED_AT_HEADER = 'Kelp-Enqueued-At';

const NANOS_PER_MS = 1_000_000n;
/** `$JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<nanoseconds>.<pending>` */
const TOKENS = 9;

/** Reads what the server says of a delivery in its reply subject. Later servers put a domain and an account first. */
export function toPulled(message: Msg): Pulled {
  const reply = message.reply ?? '';
  const tokens = reply.split('.');
  const first = tokens.length > TOKENS ? 2 : 0;
  const [delivered, sequence, , nanos] = tokens.slice(first + 4);
  if (tokens.length < TOKENS || !nanos) throw new Error(`"${reply}" is no reply subject of a JetStream delivery.`);
  return {
    reply,
    id: sequence!,
    key: message.headers?.get(RETURNED_KEY_HEADER) || message.headers?.get(KEY_HEADER) || '',
    body: message.data,
    attempt: Number(delivered),
    enqueuedAt: new Date(Number(BigInt(nanos) / NANOS_PER_MS)),
  };
}
