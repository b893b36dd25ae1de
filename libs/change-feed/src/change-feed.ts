import { counter, gauge, type Logger } from '@kelp/telemetry';
import type { Change, ChangeFrame, Page } from './change.js';
import { Cursor } from './cursor.js';
import { FeedHead } from './feed-head.js';
import { Turns } from './turns.js';

const watchers = gauge('kelp_change_feed_watchers', 'Watchers of a feed in this process.', ['feed']);
const reads = counter('kelp_change_feed_reads_total', 'Pages read, for all watchers or for one.', ['feed', 'reader']);

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export interface ChangeFeedOptions<T> {
  /** The URL of the database. */
  connection: string;
  /** The feed's row in `change_counter`, and its notification channel. */
  feed: string;
  /**
   * Reads the changes behind a revision in the order of their revisions, tombstones included: exactly `limit` of them
   * unless there are no more.
   */
  read(afterRevision: bigint, limit: number): Promise<Change<T>[]>;
  log: Logger;
  /** The most items in a frame, and rows in a read. Default: 500. */
  pageItems?: number;
  /** How many changes are kept in memory for all watchers; who is further behind reads alone. Default: 2,000. */
  recentItems?: number;
  /** How many watchers may read alone at once, so that they leave the pool to others. Default: 4. */
  readsAtOnce?: number;
  /** How often to look for changes without being told: a net for lost notifications. Default: 10 s. */
  pollMs?: number;
  /** How long the database may take to answer before its connection counts as lost. Default: 10 s. */
  answerMsMax?: number;
  /** Deletes the table's tombstones after `retentionMs`, a week by default. Left out: they are kept. */
  purge?: { table: string; retentionMs?: number };
}

/**
 * Tells watchers what changed in a table, in order, without a gap. Any number of processes may write and watch. While
 * the database is away watchers hear nothing; then they go on.
 */
export class ChangeFeed<T> {
  private readonly head: FeedHead<T>;
  private readonly turns: Turns;
  private readonly pageItems: number;

  constructor(private readonly options: ChangeFeedOptions<T>) {
    const { connection, feed, log, purge, pageItems = 500, recentItems = 2000 } = options;
    const { pollMs = 10_000, answerMsMax = 10_000 } = options;
    this.pageItems = pageItems;
    this.turns = new Turns(options.readsAtOnce ?? 4);
    this.head = new FeedHead({
      connection,
      feed,
      log,
      pageItems,
      recentItems,
      pollMs,
      answerMsMax,
      purge: purge && { retentionMs: WEEK_MS, ...purge },
      read: (revision) => this.read(revision, 'feed'),
    });
  }

  /** Begins to listen. @throws where the database is away or lacks the feed */
  async start(): Promise<void> {
    await this.head.start();
  }

  /** Ends all watches and lets the database go. */
  async stop(): Promise<void> {
    await this.head.stop();
  }

  /**
   * What changed behind a resume token, and then each change as it happens, until the signal fires or the feed stops.
   * An empty token starts with a snapshot: everything that is there, in frames of which the last says `synced`.
   * Nothing is read ahead of the watcher.
   * @throws ResumeTokenExpired where changes behind the token may be lost: start again with an empty one
   */
  async *changes(resumeToken: string, signal: AbortSignal): AsyncGenerator<ChangeFrame<T>, void, undefined> {
    const { feed } = this.options;
    watchers.inc({ feed });
    try {
      const state = await this.head.state(signal);
      if (!state) return;
      const cursor = Cursor.open(resumeToken, state);
      while (this.head.isOpen(signal)) {
        const frame = await this.next(cursor, signal);
        if (frame) yield frame;
      }
    } finally {
      watchers.dec({ feed });
    }
  }

  /** The watcher's next frame; undefined where there was none yet. */
  private async next(cursor: Cursor, signal: AbortSignal): Promise<ChangeFrame<T> | undefined> {
    const last = this.head.moved.last;
    const next = cursor.next(this.head.recent, this.pageItems);
    switch (next.do) {
      case 'give':
        return next.frame;
      case 'read': {
        const page = await this.turns.take(() => this.page(cursor.revision, signal));
        return page && cursor.take(page);
      }
      case 'wait':
        await this.head.moved.after(last, { signal });
        return undefined;
    }
  }

  /** A page for one watcher alone; undefined where it went away meanwhile. */
  private async page(revision: bigint, signal: AbortSignal): Promise<Page<T> | undefined> {
    const before = await this.head.state(signal);
    if (!before) return undefined;
    const changes = await this.read(revision, 'watcher');
    const after = await this.head.state(signal);
    return after && { changes, limit: this.pageItems, before, after };
  }

  private read(revision: bigint, reader: 'feed' | 'watcher'): Promise<Change<T>[]> {
    reads.inc({ feed: this.options.feed, reader });
    return this.options.read(revision, this.pageItems);
  }
}
