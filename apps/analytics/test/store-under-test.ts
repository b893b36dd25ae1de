import { randomBytes } from 'node:crypto';
import { Bucket, Metric } from '@kelp/contract-analytics';
import type { Event, EventType } from '@kelp/contract-event';
import { bytesToUuid } from '@kelp/resource';
import { logger } from '@kelp/telemetry';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { Database } from '../src/database.js';
import { RecipientRepository } from '../src/recipients/recipient.repository.js';
import { idOf, makeEvent } from './make-event.js';
import { type Analytics, startAnalytics } from './start-analytics.js';

export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
export const NOON_MS = Date.parse('2026-11-20T12:00:00Z');

/** The service on a database of its own, for all tests of a file; each test is another organization. */
export class StoreUnderTest {
  analytics!: Analytics;
  sql!: pg.Pool;
  organizationId!: Buffer;
  parent!: string;
  private database!: FreshDatabase;

  constructor() {
    beforeAll(async () => {
      this.database = await freshDatabase('analytics');
      this.analytics = await startAnalytics(this.database.url);
      this.sql = new pg.Pool({ connectionString: this.database.url });
    });
    beforeEach(() => {
      this.organizationId = randomBytes(16);
      this.parent = `organizations/${bytesToUuid(this.organizationId)}`;
    });
    afterAll(async () => {
      await this.analytics.close();
      await this.sql.end();
      await this.database.drop();
    });
  }

  /** An event of the organization's one message, so long after noon. */
  event(afterMs: number, type: EventType, fields: Partial<Event> = {}): Event {
    const { organizationId, parent } = this;
    return makeEvent(
      { timeMs: NOON_MS + afterMs },
      { organizationId, type, messageId: idOf(`${parent} message`), ...fields },
    );
  }

  /** Settles when unique counts have followed. */
  merged(): Promise<void> {
    return eventually(async () => expect((await this.sql.query('select from count_pending limit 1')).rows).toEqual([]));
  }

  /** Folds what is pending into the sketches of recipients, as the service does by itself within seconds. */
  async folded(): Promise<void> {
    const database = new Database(this.database.url, 1, logger('test', 'fatal'));
    await eventually(async () => {
      await new RecipientRepository(database).fold();
      expect((await this.sql.query('select from recipient_pending limit 1')).rows).toEqual([]);
    });
    await database.onApplicationShutdown();
  }

  async send(...events: Event[]): Promise<void> {
    await this.analytics.sender().send(events);
    await this.merged();
  }

  /** Each metric of the organization that is not 0, by name. */
  async metrics(): Promise<Record<string, number>> {
    const { rows } = await this.analytics.client.queryMetrics({
      parent: this.parent,
      template: '',
      startTime: undefined,
      endTime: undefined,
      bucket: Bucket.UNSPECIFIED,
      groupBy: [],
      filters: [],
      timeZone: '',
      comparePrevious: false,
    });
    return Object.fromEntries((rows[0]?.metrics ?? []).map(({ metric, count }) => [Metric[metric], Number(count)]));
  }

  /** Sees that every roll-up, and each day's recipients, say what the events say. */
  async expectRight(): Promise<void> {
    const { rollups } = await this.analytics.client.verifyCounts({});
    expect(rollups).toEqual(
      ['minute', 'quarter', 'hour', 'day', 'recipients'].map((level) => ({ level, wrongRows: 0n })),
    );
  }
}
