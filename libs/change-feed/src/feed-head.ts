import { counter, type Logger } from '@kelp/telemetry';
import { Bell } from './bell.js';
import type { Change, FeedState, Page } from './change.js';
import { FeedConnection } from './feed-connection.js';
import { RecentChanges } from './recent-changes.js';

const losses = counter('kelp_change_feed_losses_total', 'How often a feed lost its database.', ['feed']);

const BACK_OFF_MS = { first: 100, max: 10_000 };
const PURGE_EVERY_MS = 60_000;

export interface FeedHeadOptions<T> {
  connection: string;
  feed: string;
  log: Logger;
  pageItems: number;
  recentItems: number;
  pollMs: number;
  answerMsMax: number;
  purge?: { table: string; retentionMs: number };
  read(afterRevision: bigint): Promise<Change<T>[]>;
}

/** The end of the history, as far as this process has read it for all its watchers: once, however many they are. */
export class FeedHead<T> {
  /** Rings when watchers have something to look at. */
  readonly moved = new Bell();
  /** Rings when the database has something to say. */
  private readonly told = new Bell();
  private connection: FeedConnection | undefined;
  private changes: RecentChanges<T> | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private failures = 0;
  private purgeAtMs = 0;

  constructor(private readonly options: FeedHeadOptions<T>) {}

  /** Begins to listen. @throws where the database is away or lacks the feed */
  async start(): Promise<void> {
    const connection = await this.connect();
    try {
      this.startOver(await connection.state());
    } catch (error) {
      await connection.close();
      throw error;
    }
    this.running = this.run(connection);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.told.ring();
    this.moved.ring();
    await this.running;
  }

  isOpen(signal: AbortSignal): boolean {
    return !this.stopped && !signal.aborted;
  }

  /** What was read last. @throws before the start */
  get recent(): RecentChanges<T> {
    if (!this.changes) throw new Error(`The change feed "${this.options.feed}" was not started.`);
    return this.changes;
  }

  /** Where the feed stands, once the database is there; undefined where the watcher or the feed is stopped. */
  async state(signal: AbortSignal): Promise<FeedState | undefined> {
    while (this.isOpen(signal)) {
      const last = this.moved.last;
      const connection = this.connection;
      if (!connection || connection.isLost) {
        await this.moved.after(last, { signal });
        continue;
      }
      try {
        return await connection.state();
      } catch (error) {
        if (!connection.isLost) throw error;
      }
    }
    return undefined;
  }

  private async connect(): Promise<FeedConnection> {
    const { connection: url, feed, answerMsMax } = this.options;
    return await FeedConnection.open({ url, feed, answerMsMax, onEvent: () => this.told.ring() });
  }

  /** Forgets what was read: watchers who are behind it read alone, or learn that their history ended. */
  private startOver(state: FeedState): void {
    this.changes = new RecentChanges(state, this.options.recentItems);
    this.moved.ring();
  }

  /** Follows the table, over any number of connections, until the stop. */
  private async run(first: FeedConnection): Promise<void> {
    const { feed, log } = this.options;
    for (let given: FeedConnection | undefined = first; !this.stopped; given = undefined) {
      try {
        const connection = given ?? (await this.connect());
        this.connection = connection;
        this.moved.ring();
        try {
          await this.follow(connection);
        } finally {
          this.connection = undefined;
          await connection.close();
        }
      } catch (error) {
        if (this.stopped) return;
        losses.inc({ feed });
        log.warn({ err: error, feed }, 'The change feed lost its database and connects again.');
        await this.backOff();
      }
    }
  }

  private async follow(connection: FeedConnection): Promise<void> {
    let state = await connection.state();
    this.failures = 0;
    while (!this.stopped) {
      const last = this.told.last;
      const before = state;
      const changes = await this.options.read(this.recent.revision);
      state = await connection.state();
      if (this.takeIn({ changes, limit: this.options.pageItems, before, after: state })) {
        await this.purge(connection);
        await this.told.after(last, { timeoutMs: this.options.pollMs });
      }
    }
  }

  /** Adds a page to what is known. Returns whether it was the last one for now. */
  private takeIn(page: Page<T>): boolean {
    const recent = this.recent;
    const wasAtHead = recent.isAtHead;
    if (!recent.add(page)) {
      this.startOver(page.after);
      return false;
    }
    if (page.changes.length > 0 || recent.isAtHead !== wasAtHead) this.moved.ring();
    return recent.isAtHead;
  }

  private async purge(connection: FeedConnection): Promise<void> {
    const { purge, feed, log } = this.options;
    if (!purge || Date.now() < this.purgeAtMs) return;
    const rows = await connection.purge(purge.table, purge.retentionMs);
    this.purgeAtMs = Date.now() + PURGE_EVERY_MS;
    if (rows > 0) log.info({ feed, rows }, 'Tombstones were purged.');
  }

  private async backOff(): Promise<void> {
    const ceilingMs = Math.min(BACK_OFF_MS.max, BACK_OFF_MS.first * 2 ** this.failures++);
    const untilMs = performance.now() + ceilingMs * (0.5 + Math.random() / 2);
    // Only the stop may end it early: a lost connection rings too.
    for (let leftMs = ceilingMs; leftMs > 0 && !this.stopped; leftMs = untilMs - performance.now())
      await this.told.after(this.told.last, { timeoutMs: leftMs });
  }
}
