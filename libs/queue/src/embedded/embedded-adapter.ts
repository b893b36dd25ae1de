import type { Logger } from '@kelp/telemetry';
import type { Adapter, Taken } from '../adapter.js';
import { Grouping } from '../grouping.js';
import type { DeadMessage, DeadPage, Depth, Message } from '../queue.js';
import { Database } from './database.js';
import { Listener } from './listener.js';
import { Occupancy } from './occupancy.js';
import { type DeadRow, type DepthRow, toDead, toDepth } from './rows.js';
import * as sql from './statements.js';
import { readTaken } from './taken-row.js';

export interface EmbeddedOptions {
  /** Of the database that has the tables of migration.sql. */
  readonly url: string;
  readonly leaseMs: number;
  /** How many bytes of bodies may be queued. */
  readonly bytesMax: number;
  /** How many dead messages are kept. */
  readonly deadMax: number;
  /** How long a key is remembered, at least. */
  readonly duplicateWindowMs: number;
  /** How long a statement may take. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

/** How many connections publish, and how many consume. */
const CONNECTIONS_MAX = 4;
/** Messages of one commit. */
const PUBLISHES = { countMax: 32, bytesMax: 1_000_000, lanes: 2, countOf: () => 1 };
const ACKS = { countMax: 1_000, bytesMax: 1, lanes: 1, countOf: () => 1, bytesOf: () => 0 };
/** How long a consumer trusts that it would have been notified. */
const POLL_MS = 1_000;
const POLL_MS_MIN = 20;
const NOTIFY_EVERY_MS = 5;
const PURGE_EVERY_MS = 30_000;

/** The queue in a service's own PostgreSQL: leases by `for update skip locked`, consumers woken by `notify`. */
export class EmbeddedAdapter implements Adapter {
  private readonly database: Database;
  private readonly listener: Listener;
  private readonly occupancy: Occupancy;
  private readonly publishes: Grouping<Message>;
  private readonly acks: Grouping<Taken>;
  private readonly background = new Set<Promise<unknown>>();
  private notifying: NodeJS.Timeout | undefined;
  private notifiedAt = Number.NEGATIVE_INFINITY;
  private purgedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: EmbeddedOptions) {
    const { url, timeoutMs, log } = options;
    this.database = new Database({ url, connectionsMax: CONNECTIONS_MAX, timeoutMs, log });
    this.listener = new Listener(url, log);
    this.occupancy = new Occupancy(options.bytesMax, async () => (await this.depthRow()).bytes);
    const bytesOf = ({ body }: Message) => body.length;
    this.publishes = new Grouping((messages) => this.commit(messages), { ...PUBLISHES, bytesOf });
    this.acks = new Grouping((taken) => this.remove(taken), ACKS);
  }

  async publish(message: Message, gone: AbortSignal): Promise<void> {
    await this.occupancy.admit(message.body.length);
    if (!gone.aborted) await this.publishes.add(message, gone);
  }

  async take(max: number, signal: AbortSignal): Promise<Taken[]> {
    this.listener.start();
    const { heard } = this.listener;
    while (!signal.aborted) {
      const { seen } = heard;
      const rows = await this.database.copyOut(sql.take(max, this.options.leaseMs));
      if (rows.length > 0) return rows.map(readTaken).sort(byArrival);
      const [due] = await this.database.query<{ ms: number | null }>(sql.NEXT_DUE);
      await heard.after(seen, Math.min(POLL_MS, Math.max(POLL_MS_MIN, due?.ms ?? POLL_MS)), signal);
    }
    return [];
  }

  async extend(taken: readonly Taken[]): Promise<void> {
    await this.database.query(sql.EXTEND, [...leases(taken), this.options.leaseMs]);
  }

  ack(taken: Taken): Promise<void> {
    return this.acks.add(taken);
  }

  async retry(taken: Taken, delayMs: number): Promise<void> {
    await this.database.query(sql.RETRY, [taken.id, taken.attempt, delayMs]);
    this.notify(); // who sleeps has to learn how long
  }

  async dead(taken: Taken, reason: string, attempts: number): Promise<void> {
    await this.database.query(sql.DEAD, [taken.id, taken.attempt, reason, attempts]);
    await this.database.query(sql.TRIM_DEAD, [this.options.deadMax]);
  }

  async release(taken: readonly Taken[]): Promise<void> {
    await this.database.query(sql.RELEASE, leases(taken));
    this.notify();
  }

  async depth(): Promise<Depth> {
    return toDepth(await this.depthRow());
  }

  async listDead({ limit, after }: Required<DeadPage>): Promise<DeadMessage[]> {
    return (await this.database.query<DeadRow>(sql.LIST_DEAD, [after || 0, limit])).map(toDead);
  }

  async returnDead(ids: readonly string[]): Promise<number> {
    const returned = await this.database.write(sql.RETURN_DEAD, [ids]);
    this.notify();
    return returned;
  }

  async close(): Promise<void> {
    await Promise.all([this.publishes.idle(), this.acks.idle()]);
    if (this.notifying) this.notifyNow();
    await Promise.all([...this.background, this.listener.close()]);
    await this.database.close();
  }

  private async commit(messages: readonly Message[]): Promise<void> {
    // One of each key, as the statement must not insert a body twice; in order, so that no two wait in a circle.
    const unique = [...new Map(messages.map((message) => [message.key, message])).values()].sort(byKey);
    await this.database.write(
      sql.publish(unique.length),
      unique.flatMap(({ key, body }) => [key, body]),
    );
    this.notify();
    this.purge();
  }

  private async remove(taken: readonly Taken[]): Promise<void> {
    await this.database.query(sql.ACK, [taken.map(({ id }) => id)]);
  }

  private async depthRow(): Promise<DepthRow> {
    const [row] = await this.database.query<DepthRow>(sql.DEPTH);
    if (!row) throw new Error('A count gave no row.');
    return row;
  }

  /** Apart from the publish, and not for each: a notifying commit holds a lock that every other one waits for. */
  private notify(): void {
    const restMs = this.notifiedAt + NOTIFY_EVERY_MS - performance.now();
    if (restMs <= 0) this.notifyNow();
    else this.notifying ??= setTimeout(() => this.notifyNow(), restMs);
  }

  private notifyNow(): void {
    clearTimeout(this.notifying);
    this.notifying = undefined;
    this.notifiedAt = performance.now();
    this.inBackground(sql.NOTIFY, []);
  }

  private purge(): void {
    if (performance.now() < this.purgedAt + PURGE_EVERY_MS) return;
    this.purgedAt = performance.now();
    this.inBackground(sql.PURGE_KEYS, [this.options.duplicateWindowMs]);
  }

  /** For what is only a help: polling finds what no notification told, and the next purge what this one left. */
  private inBackground(text: string, values: unknown[]): void {
    const running = this.database
      .query(text, values)
      .catch((error: unknown) => this.options.log.debug({ err: error }, 'The queue could not tidy up.'))
      .finally(() => this.background.delete(running));
    this.background.add(running);
  }
}

const leases = (taken: readonly Taken[]) => [taken.map(({ id }) => id), taken.map(({ attempt }) => attempt)];
const byArrival = (a: Taken, b: Taken) => Number(a.id) - Number(b.id);
const byKey = (a: Message, b: Message) => (a.key < b.key ? -1 : 1);
