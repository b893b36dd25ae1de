import type { Change, ChangeFrame, FeedState, Page } from './change.js';
import type { RecentChanges } from './recent-changes.js';
import {
  decodeResumeToken,
  encodeResumeToken,
  type Position,
  ResumeTokenExpired,
  requireHistory,
} from './resume-token.js';

/** What a watcher does next: give a frame, read a page of its own, or wait for the feed to move. */
export type Next<T> = { do: 'give'; frame: ChangeFrame<T> } | { do: 'read' } | { do: 'wait' };

/** One watcher's way through the history: the decisions, without the I/O. */
export class Cursor {
  /** Whether it has once read up to the head, from where on what everyone shares will do. */
  private caughtUp = false;
  /** Whether the last frame said so. */
  private synced = false;

  private constructor(private position: Position) {}

  /**
   * Starts behind a resume token, or with a snapshot where it is empty.
   * @throws ResumeTokenExpired
   */
  static open(resumeToken: string, state: FeedState): Cursor {
    const position = resumeToken
      ? decodeResumeToken(resumeToken)
      : { epoch: state.epoch, revision: 0n, snapshotRevision: state.revision };
    requireHistory(position, state);
    return new Cursor(position);
  }

  /** Every change up to this revision was given. */
  get revision(): bigint {
    return this.position.revision;
  }

  /** What to do, given what the feed has read for everyone. */
  next<T>(recent: RecentChanges<T>, limit: number): Next<T> {
    if (recent.epoch !== this.position.epoch)
      throw new ResumeTokenExpired('The history ended: the database was restored.');
    const near = this.caughtUp ? recent.after(this.position.revision, limit) : undefined;
    if (!near) return { do: 'read' };
    const frame = this.advance(near.changes, recent.revision, near.isEnd && recent.isAtHead);
    return frame ? { do: 'give', frame } : { do: 'wait' };
  }

  /**
   * Takes a page that was read behind `revision`. Undefined where it holds nothing to tell.
   * @throws ResumeTokenExpired where tombstones behind the position were purged before they were read
   */
  take<T>({ changes, limit, before, after }: Page<T>): ChangeFrame<T> | undefined {
    requireHistory(this.position, after);
    this.caughtUp = changes.length < limit;
    return this.advance(changes, before.revision, this.caughtUp);
  }

  /** @param headRevision surely covered where the changes reach the head: it was committed before they were read */
  private advance<T>(changes: readonly Change<T>[], headRevision: bigint, atHead: boolean): ChangeFrame<T> | undefined {
    const { epoch, snapshotRevision } = this.position;
    const items = changes.filter((change) => !change.deleted || change.revision > snapshotRevision);
    const last = changes.at(-1)?.revision ?? this.position.revision;
    const revision = atHead && headRevision > last ? headRevision : last;
    this.position = { epoch, revision, snapshotRevision: revision < snapshotRevision ? snapshotRevision : 0n };
    if (items.length === 0 && (!atHead || this.synced)) return undefined;
    this.synced = atHead;
    const resumeToken = encodeResumeToken(this.position);
    return { items: items.map(({ item }) => item), resumeToken, revision, synced: atHead };
  }
}
