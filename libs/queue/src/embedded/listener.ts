import type { Logger } from '@kelp/telemetry';
import pg from 'pg';
import { Backoff, pause, Wakeup } from '../waiting.js';
import { CHANNEL } from './statements.js';

const ANSWER_MS_MAX = 5_000;

/** Hears on a connection of its own that messages may be waiting. While it is broken, polling is all there is. */
export class Listener {
  readonly heard = new Wakeup();
  private readonly closing = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly log: Logger,
  ) {}

  /** Connects, and stays connected until it is closed. */
  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    const backoff = new Backoff();
    while (!signal.aborted) {
      const client = new pg.Client({
        connectionString: this.url,
        application_name: 'kelp queue',
        keepAlive: true,
        keepAliveInitialDelayMillis: ANSWER_MS_MAX,
        connectionTimeoutMillis: ANSWER_MS_MAX,
        query_timeout: ANSWER_MS_MAX,
      });
      const lost = new Promise<void>((resolve) => client.once('end', resolve));
      client.on('error', (error) => this.log.debug({ err: error }, 'The queue does not hear its database.'));
      client.on('notification', () => this.heard.ring());
      const stop = () => void client.end();
      try {
        await client.connect();
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
        else await client.query(`listen ${CHANNEL}`);
        backoff.reset();
        this.heard.ring(); // for what was published while nobody listened
        await lost;
      } catch (error) {
        this.log.debug({ err: error }, 'The queue does not hear its database.');
        stop();
      } finally {
        signal.removeEventListener('abort', stop);
      }
      await pause(backoff.next(), signal);
    }
  }
}
