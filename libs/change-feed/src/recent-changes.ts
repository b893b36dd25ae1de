import type { Change, FeedState, Page } from './change.js';

/** What was read last, for all who are near the head: a window of the history without a gap. */
export class RecentChanges<T> {
  readonly epoch: string;
  private changes: Change<T>[] = [];
  /** The window starts behind this revision. */
  private from: bigint;
  private upTo: bigint;
  private atHead = true;

  constructor(
    { epoch, revision }: FeedState,
    private readonly itemsMax: number,
  ) {
    this.epoch = epoch;
    this.from = revision;
    this.upTo = revision;
  }

  /** The window knows every change up to this revision. */
  get revision(): bigint {
    return this.upTo;
  }

  /** Whether nothing came behind `revision` when it was read. */
  get isAtHead(): boolean {
    return this.atHead;
  }

  /**
   * Adds a page that was read behind `revision`; the oldest changes make room.
   * @returns false where there is a gap between the two, for ever: the window has to start over
   */
  add({ changes, limit, before, after }: Page<T>): boolean {
    if (after.epoch !== this.epoch || after.purgedRevision > this.upTo) return false;
    this.atHead = changes.length < limit;
    this.upTo = changes.at(-1)?.revision ?? this.upTo;
    if (this.atHead && before.revision > this.upTo) this.upTo = before.revision;
    this.changes.push(...changes);
    const dropped = this.changes.splice(0, Math.max(0, this.changes.length - this.itemsMax));
    this.from = dropped.at(-1)?.revision ?? this.from;
    return true;
  }

  /** The first `limit` changes behind a revision; undefined where the window does not reach back so far. */
  after(revision: bigint, limit: number): { changes: Change<T>[]; isEnd: boolean } | undefined {
    if (revision < this.from) return undefined;
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.changes[middle]!.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return { changes: this.changes.slice(low, low + limit), isEnd: low + limit >= this.changes.length };
  }
}
