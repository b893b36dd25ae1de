import type { Logger } from '@kelp/telemetry';
import { JetStreamApiError } from '@nats-io/jetstream';
import { type ConnectionOptions, nanos } from '@nats-io/transport-node';
import type { Adapter } from '../adapter.js';
import { QueueUnavailable, queueAway, queueFull } from '../queue.errors.js';
import type { DeadMessage, DeadPage, Depth, Message } from '../queue.js';
import { within } from '../waiting.js';
import { addDead, listDead, returnDead } from './dead-messages.js';
import { Link, type Session } from './link.js';
import { jetStreamNames } from './names.js';
import { type Pulled, toPulled } from './nats-message.js';
import { pull } from './pull.js';
import { ensureStreams, type StreamOptions } from './streams.js';

export interface JetStreamOptions extends StreamOptions {
  readonly connection: ConnectionOptions;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

/** "maximum bytes exceeded" and "insufficient storage resources". */
const NO_ROOM = [10077, 10047];
/** Short: a request that waits at a server which then loses its lead is not answered. */
const PULL_WAIT_MS = 5_000;

/** The queue in NATS JetStream: a work-queue stream and one durable pull consumer. */
export class JetStreamAdapter implements Adapter<Pulled> {
  private readonly link: Link;

  constructor(private readonly options: JetStreamOptions) {
    const { connection, timeoutMs, log } = options;
    this.link = new Link({ connection, timeoutMs, log, prepare: (manager) => ensureStreams(manager, options) });
  }

  async publish({ key, body }: Message): Promise<void> {
    await this.ask(({ jetstream }) => jetstream.publish(jetStreamNames.subject, body, { msgID: key }));
  }

  async take(max: number, signal: AbortSignal): Promise<Pulled[]> {
    while (!signal.aborted) {
      const session = await this.link.up(signal);
      let messages = await pull(session, { batch: max, waitMs: 0 }, signal);
      if (messages.length === 0) messages = await pull(session, { batch: 1, waitMs: PULL_WAIT_MS }, signal);
      if (messages.length > 0) return messages.map(toPulled);
    }
    return [];
  }

  async extend(pulled: readonly Pulled[]): Promise<void> {
    const { nc } = await this.link.up();
    for (const { reply } of pulled) nc.publish(reply, '+WPI');
  }

  ack(pulled: Pulled): Promise<void> {
    return this.settle(pulled, '+ACK');
  }

  retry(pulled: Pulled, delayMs: number): Promise<void> {
    return this.settle(pulled, `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}`);
  }

  /** First the copy, then the end of the original: between the two it exists twice, never not at all. */
  async dead(pulled: Pulled, reason: string, attempts: number): Promise<void> {
    await this.ask((session) => addDead(session, pulled, reason, attempts));
    await this.settle(pulled, '+TERM');
  }

  async release(pulled: readonly Pulled[]): Promise<void> {
    await Promise.all(pulled.map((one) => this.settle(one, '-NAK')));
  }

  depth(): Promise<Depth> {
    const { stream, consumer, deadStream } = jetStreamNames;
    return this.ask(async ({ manager }) => {
      const [{ num_pending, num_ack_pending }, messages, dead] = await Promise.all([
        manager.consumers.info(stream, consumer),
        manager.streams.info(stream),
        manager.streams.info(deadStream),
      ]);
      const oldestAgeMs = Math.max(0, Date.now() - Date.parse(messages.state.first_ts));
      return {
        waiting: num_pending,
        inFlight: num_ack_pending,
        dead: dead.state.messages,
        oldestAgeMs: messages.state.messages > 0 ? oldestAgeMs : 0,
      };
    });
  }

  listDead(page: Required<DeadPage>): Promise<DeadMessage[]> {
    return this.ask((session) => listDead(session, page));
  }

  async returnDead(ids: readonly string[]): Promise<number> {
    let returned = 0;
    for (const id of ids) returned += (await this.ask((session) => returnDead(session, id))) ? 1 : 0;
    return returned;
  }

  close(): Promise<void> {
    return this.link.close();
  }

  /** Asks the server to confirm: what it only was told may not have reached it. */
  private async settle({ reply }: Pulled, verdict: string): Promise<void> {
    await this.ask(({ nc }) => nc.request(reply, verdict, { timeout: this.options.timeoutMs }));
  }

  private async ask<T>(question: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.link.up();
    try {
      const late = () => new Error('NATS took too long.');
      return await within(question(session), this.options.timeoutMs, late, session.lost);
    } catch (error) {
      if (error instanceof QueueUnavailable) throw error;
      if (error instanceof JetStreamApiError && NO_ROOM.includes(error.code)) throw queueFull('The queue', error);
      this.link.recheck(session);
      throw queueAway(error);
    }
  }
}
