import type { FeedState } from './change.js';

/** How far a watcher has come. */
export interface Position {
  /** The history that it came along. */
  readonly epoch: string;
  /** It knows every change up to this revision. */
  readonly revision: bigint;
  /**
   * Where its snapshot began: it cannot know what was deleted up to this revision, so those tombstones are not for it.
   * Nothing is left of that once `revision` has come as far: then 0.
   */
  readonly snapshotRevision: bigint;
}

/** The token is not one to go on from: too old, of another history, or no token. The watcher starts with an empty one. */
export class ResumeTokenExpired extends Error {
  override readonly name = 'ResumeTokenExpired';
}

const TOKEN = /^([0-9a-f]{32})\.([0-9a-z]{1,13})(?:\.([0-9a-z]{1,13}))?$/;

/** A position as opaque text. */
export const encodeResumeToken = ({ epoch, revision, snapshotRevision }: Position): string =>
  [epoch, revision, ...(snapshotRevision > 0n ? [snapshotRevision] : [])].map((part) => part.toString(36)).join('.');

/**
 * The position in a token.
 * @throws ResumeTokenExpired where the feed never gave it
 */
export function decodeResumeToken(token: string): Position {
  const [, epoch, revision, snapshotRevision = '0'] = TOKEN.exec(token) ?? [];
  if (epoch === undefined || revision === undefined) throw new ResumeTokenExpired('The resume token cannot be read.');
  return { epoch, revision: fromBase36(revision), snapshotRevision: fromBase36(snapshotRevision) };
}

const fromBase36 = (digits: string): bigint =>
  [...digits].reduce((value, digit) => value * 36n + BigInt(Number.parseInt(digit, 36)), 0n);

/**
 * Refuses to go on where changes behind the position may be lost.
 * @throws ResumeTokenExpired
 */
export function requireHistory(position: Position, state: FeedState): void {
  if (position.epoch !== state.epoch || position.revision > state.revision)
    throw new ResumeTokenExpired('The resume token belongs to another history: the database was restored.');
  // During a snapshot, what was deleted before it began was never shown: its tombstones are not missed.
  const knows = position.revision > position.snapshotRevision ? position.revision : position.snapshotRevision;
  if (knows < state.purgedRevision)
    throw new ResumeTokenExpired('The resume token is older than the deletions that are kept.');
}
