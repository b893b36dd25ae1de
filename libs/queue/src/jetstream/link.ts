import { setMaxListeners } from 'node:events';
import type { Logger } from '@kelp/telemetry';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import { queueAway } from '../queue.errors.js';
import { Backoff, pause, Wakeup } from '../waiting.js';

/** A connection while it is up, with everything in place. */
export interface Session {
  readonly nc: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Fires when the connection breaks: what was asked on it is not answered. */
  readonly lost: AbortSignal;
}

export interface LinkOptions {
  readonly connection: ConnectionOptions;
  /** How long to wait for a session, and for an answer. */
  readonly timeoutMs: number;
  /** Puts in place what the queue needs; repeated until it succeeds, after every reconnect. */
  prepare(manager: JetStreamManager): Promise<void>;
  readonly log: Logger;
}

/**
 * Keeps a connection to NATS, for ever. While it is down nothing is sent: the client would keep it in memory, and send
 * it when nobody waits for it any more.
 */
export class Link {
  private readonly closing = new AbortController();
  private readonly changed = new Wakeup();
  private readonly running: Promise<void>;
  private nc: NatsConnection | undefined;
  private session: Session | undefined;
  private losing = new AbortController();

  constructor(private readonly options: LinkOptions) {
    this.running = this.run();
  }

  /** The session that is up, now or soon. @throws QueueUnavailable where there is none in time, or the signal fires */
  async up(signal?: AbortSignal): Promise<Session> {
    const deadline = performance.now() + this.options.timeoutMs;
    for (;;) {
      const { seen } = this.changed;
      if (this.session) return this.session;
      const restMs = deadline - performance.now();
      if (restMs <= 0 || signal?.aborted || this.closing.signal.aborted) throw queueAway(new Error('Not connected.'));
      await this.changed.after(seen, restMs, signal);
    }
  }

  /** To be called where the server answers, but not for the queue: it may have lost it, or has no leader for it. */
  recheck(session: Session): void {
    if (this.session !== session) return;
    this.session = undefined; // what is under way may still be answered
    void this.prepare(session.nc);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.changed.ring();
    if (this.nc && !this.nc.isClosed()) await this.nc.close();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    const backoff = new Backoff();
    while (!signal.aborted && !this.nc) {
      try {
        this.nc = await connect(this.options.connection);
      } catch (error) {
        this.options.log.warn({ err: error }, 'The queue cannot connect to NATS yet.');
        await pause(backoff.next(), signal);
      }
    }
    if (!this.nc) return;
    if (signal.aborted) return this.nc.close();
    this.connected(this.nc);
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect') this.disconnected();
      if (type === 'reconnect') this.connected(this.nc);
    }
    this.disconnected();
  }

  private connected(nc: NatsConnection): void {
    this.losing = new AbortController();
    setMaxListeners(0, this.losing.signal); // everything that is under way listens
    void this.prepare(nc);
  }

  private disconnected(): void {
    this.session = undefined;
    this.losing.abort(new Error('The connection to NATS broke.'));
  }

  private async prepare(nc: NatsConnection): Promise<void> {
    const { signal: lost } = this.losing;
    const timeout = this.options.timeoutMs;
    const backoff = new Backoff();
    while (!lost.aborted && !this.closing.signal.aborted) {
      try {
        const manager = await jetstreamManager(nc, { timeout, checkAPI: false });
        await this.options.prepare(manager);
        if (lost.aborted) return;
        this.session = { nc, jetstream: jetstream(nc, { timeout }), manager, lost };
        return this.changed.ring();
      } catch (error) {
        if (lost.aborted) return;
        this.options.log.warn({ err: error }, 'NATS is not ready for the queue yet.');
        await pause(backoff.next(), lost);
      }
    }
  }
}
