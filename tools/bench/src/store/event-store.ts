import { AnalyticsContract } from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import { type Client, client, type ItemSender, itemSender } from '@kelp/rpc';
import type { Stack } from '@kelp/stack';
import pg from 'pg';
import { multiplyEvents } from './multiply-events.js';
import { sampleEvents } from './sample-events.js';

const SENDS = 500;
const FILL = 100_000;

/** The event store of a stack, as its callers see it. */
export class EventStore {
  readonly client: Client<typeof AnalyticsContract>;
  private readonly pool: pg.Pool;

  constructor(stack: Stack) {
    this.client = client(AnalyticsContract, stack.channel('analytics'));
    this.pool = new pg.Pool({ connectionString: stack.databaseUrl('analytics'), max: 1 });
  }

  /** Sends events over some streams at once, and waits until all are acknowledged. */
  async append(events: readonly Event[], streams: number): Promise<void> {
    const senders: ItemSender<Event>[] = Array.from({ length: streams }, () =>
      itemSender<Event>({ open: (requests, options) => this.client.appendEvents(requests, options) }),
    );
    let next = 0;
    const send = async (sender: ItemSender<Event>) => {
      while (next < events.length) {
        const batch = events.slice(next, next + SENDS);
        next += SENDS;
        await sender.send(batch);
      }
    };
    // Each stream has some sends under way, as its window allows.
    await Promise.all(senders.flatMap((sender) => Array.from({ length: 32 }, () => send(sender))));
    await Promise.all(senders.map((sender) => sender.close()));
  }

  /** Waits until the roll-ups hold everything. */
  async merged(): Promise<void> {
    for (;;) {
      const { rows } = await this.pool.query('select from count_pending limit 1');
      if (rows.length === 0) return;
    }
  }

  /** Stores new events of the last `spanMs`, and waits until they are merged. */
  async fill(count: number, spanMs: number): Promise<void> {
    for (let stored = 0; stored < count; stored += FILL) {
      await this.append(sampleEvents(Math.min(FILL, count - stored), spanMs), 2);
    }
    await this.merged();
    await this.pool.query('vacuum analyze');
  }

  /** Makes ten events of each. */
  async multiply(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await multiplyEvents(client);
    } finally {
      client.release();
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
