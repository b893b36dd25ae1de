/** What became of one row. A row that changed again before it was read is given once, as it is by then. */
export interface Change<T> {
  /** The row's revision: later changes have greater ones. */
  readonly revision: bigint;
  /** Whether this is the row's end, so that who has never seen it need not hear of it. */
  readonly deleted: boolean;
  /** What watchers are told. Shared by all of them: not to be changed. */
  readonly item: T;
}

/** Some changes, in order, and where that leaves the watcher. */
export interface ChangeFrame<T> {
  readonly items: readonly T[];
  /** Goes on behind these items, in any process of the service. */
  readonly resumeToken: string;
  /** With these items, every change up to this revision was given. */
  readonly revision: bigint;
  /** The watcher has the whole truth as of the end of this frame. */
  readonly synced: boolean;
}

/** Where a feed stands: its row of `change_counter`. */
export interface FeedState {
  /** Names the history that revisions count in: another one after a restore. */
  readonly epoch: string;
  /** The last committed revision. */
  readonly revision: bigint;
  /** The last revision whose tombstone was purged. */
  readonly purgedRevision: bigint;
}

/** One page of the table, and what the counter said on either side of reading it. */
export interface Page<T> {
  readonly changes: readonly Change<T>[];
  /** How many were asked for: fewer mean that there were no more. */
  readonly limit: number;
  /** From before the read: where the page is the last one, every change up to this revision is known. */
  readonly before: FeedState;
  /** From after the read: no tombstone behind its `purgedRevision` was missing from the read. */
  readonly after: FeedState;
}
