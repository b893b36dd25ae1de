import { createInbox, type Msg, nanos } from '@nats-io/transport-node';
import { within } from '../waiting.js';
import type { Session } from './link.js';
import { jetStreamNames } from './names.js';

export interface PullRequest {
  /** How many messages at most. */
  readonly batch: number;
  /** How long the server waits for the first one; 0 takes only what is there. */
  readonly waitMs: number;
}

const IDLE_HEARTBEAT = 100;
/** "No Messages" and "Request Timeout". */
const NO_MORE = [404, 408];
/** How much longer than the server we wait: its answer may have been lost. */
const MARGIN_MS = 2_000;

/**
 * One pull, as the protocol has it: a request with an inbox, to which messages come, and a status where there are no
 * more. The client's own consumers take ahead without a bound on what is not settled; this takes what was asked for.
 */
export async function pull(session: Session, { batch, waitMs }: PullRequest, signal: AbortSignal): Promise<Msg[]> {
  const { nc, lost } = session;
  const { stream, consumer } = jetStreamNames;
  const inbox = createInbox();
  const messages: Msg[] = [];
  let refusal: Error | undefined;
  let answered = () => {};
  const answer = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const subscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      const status = error ? 0 : (message.headers?.code ?? 0);
      if (status === IDLE_HEARTBEAT) return;
      if (error) refusal = error;
      else if (status === 0) messages.push(message);
      else if (!NO_MORE.includes(status)) refusal = new Error(`A pull: ${status} ${message.headers?.description}`);
      if (error || status !== 0 || messages.length === batch) answered();
    },
  });
  const wait = waitMs > 0 ? { expires: nanos(waitMs) } : { no_wait: true };
  nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify({ batch, ...wait }), { reply: inbox });
  try {
    await within(answer, waitMs + MARGIN_MS, () => new Error('A pull was not answered.'), signal, lost);
    subscription.unsubscribe();
  } catch {
    // Ended early: what the server had sent before it heard of that still arrives, to be given back at once.
    if (lost.aborted) subscription.unsubscribe();
    else await subscription.drain();
  }
  if (refusal) throw refusal;
  return messages;
}
