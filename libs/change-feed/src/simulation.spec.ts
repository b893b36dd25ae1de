import fc from 'fast-check';
import type { Change, ChangeFrame, FeedState, Page } from './change.js';
import { Cursor } from './cursor.js';
import { RecentChanges } from './recent-changes.js';
import { ResumeTokenExpired } from './resume-token.js';

type Item = { id: number; value: bigint | undefined };

/** A table with its counter, as the trigger and the purge keep them. */
class Table {
  private rows = new Map<number, Change<Item>>();
  private epochs = 0;
  state: FeedState = { epoch: '0'.repeat(32), revision: 0n, purgedRevision: 0n };
  private backup = { rows: new Map(this.rows), state: this.state };

  write(id: number, deleted: boolean): void {
    if (deleted && !this.rows.has(id)) return;
    const revision = this.state.revision + 1n;
    this.state = { ...this.state, revision };
    this.rows.set(id, { revision, deleted, item: { id, value: deleted ? undefined : revision } });
  }

  /** The counter moves without a row, as by an insert that turns out to be a conflict. */
  skip(): void {
    this.state = { ...this.state, revision: this.state.revision + 1n };
  }

  purge(): void {
    for (const [id, { deleted, revision }] of this.rows) {
      if (!deleted) continue;
      this.rows.delete(id);
      if (revision > this.state.purgedRevision) this.state = { ...this.state, purgedRevision: revision };
    }
  }

  backUp(): void {
    this.backup = { rows: new Map(this.rows), state: this.state };
  }

  restore(): void {
    this.rows = new Map(this.backup.rows);
    this.state = { ...this.backup.state, epoch: String(++this.epochs).padStart(32, '0') };
  }

  read(after: bigint, limit: number): Change<Item>[] {
    const behind = [...this.rows.values()].filter(({ revision }) => revision > after);
    return behind.sort((a, b) => Number(a.revision - b.revision)).slice(0, limit);
  }

  get live(): Map<number, bigint | undefined> {
    return new Map([...this.rows].filter(([, row]) => !row.deleted).map(([id, { item }]) => [id, item.value]));
  }
}

/** A watcher that remembers what it was told, and its token, over reconnects. */
class Watcher {
  private known = new Map<number, bigint | undefined>();
  private snapshot: Map<number, bigint | undefined> | undefined;
  private token = '';
  cursor: Cursor | undefined;
  synced = false;

  open(state: FeedState): void {
    try {
      this.cursor = Cursor.open(this.token, state);
    } catch (error) {
      this.expire(error);
      this.cursor = Cursor.open('', state);
    }
    this.synced = false;
    if (this.token === '') this.snapshot = new Map();
  }

  expire(error: unknown): void {
    if (!(error instanceof ResumeTokenExpired)) throw error;
    this.cursor = undefined;
    this.token = '';
  }

  take({ items, resumeToken, synced }: ChangeFrame<Item>): void {
    const into = this.snapshot ?? this.known;
    for (const { id, value } of items) {
      if (value === undefined) into.delete(id);
      else into.set(id, value);
    }
    this.token = resumeToken;
    this.synced = synced;
    if (synced && this.snapshot) {
      this.known = this.snapshot;
      this.snapshot = undefined;
    }
  }

  get state(): Map<number, bigint | undefined> {
    return this.known;
  }
}

/** Steps of the database, and steps of the feed, in any order. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('write' as const), id: fc.nat(9), deleted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('skip' as const, 'purge' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('backUp' as const, 'restore' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('feed' as const), meanwhile: fc.nat(3) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('watcher' as const), who: fc.nat(2), meanwhile: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reconnect' as const), who: fc.nat(2) }) },
);

it('leaves every watcher with exactly the table, whatever happens between any two steps', () => {
  const sizes = fc.record({ limit: fc.integer({ min: 1, max: 3 }), recentItems: fc.integer({ min: 1, max: 6 }) });
  fc.assert(
    fc.property(sizes, fc.array(step, { maxLength: 120 }), ({ limit, recentItems }, steps) => {
      const table = new Table();
      const watchers = [new Watcher(), new Watcher(), new Watcher()];
      let recent = new RecentChanges<Item>(table.state, recentItems);

      /** Between the reads of a page, `meanwhile` says which writer or purge gets in. */
      const page = (revision: bigint, meanwhile: number): Page<Item> => {
        const before = table.state;
        if (meanwhile & 1) table.write(Number(table.state.revision % 10n), meanwhile === 3);
        if (meanwhile === 2) table.purge();
        const changes = table.read(revision, limit);
        if (meanwhile & 1) table.write(Number(table.state.revision % 7n), true);
        if (meanwhile === 3) table.purge();
        return { changes, limit, before, after: table.state };
      };
      const feed = (meanwhile: number) => {
        if (!recent.add(page(recent.revision, meanwhile))) recent = new RecentChanges(table.state, recentItems);
      };
      const watch = (watcher: Watcher, meanwhile: number): boolean => {
        if (!watcher.cursor) watcher.open(table.state);
        const cursor = watcher.cursor!;
        try {
          const next = cursor.next(recent, limit);
          const frame =
            next.do === 'give'
              ? next.frame
              : next.do === 'read'
                ? cursor.take(page(cursor.revision, meanwhile))
                : undefined;
          if (frame) watcher.take(frame);
          // What is said to be synced is the truth, as far as the history has come.
          if (frame?.synced && cursor.revision === table.state.revision) expect(watcher.state).toEqual(table.live);
          return next.do !== 'wait';
        } catch (error) {
          watcher.expire(error);
          return true;
        }
      };

      for (const each of steps) {
        if (each.do === 'write') table.write(each.id, each.deleted);
        else if (each.do === 'feed') feed(each.meanwhile);
        else if (each.do === 'watcher') watch(watchers[each.who]!, each.meanwhile);
        else if (each.do === 'reconnect') watchers[each.who]!.open(table.state);
        else table[each.do]();
      }
      // Then the writers rest, and everybody comes to the end.
      do feed(0);
      while (!recent.isAtHead || recent.epoch !== table.state.epoch || recent.revision < table.state.revision);
      for (const watcher of watchers) {
        for (let left = 500; watch(watcher, 0); left--) expect(left).toBeGreaterThan(0);
        expect(watcher.synced).toBe(true);
        expect(watcher.state).toEqual(table.live);
      }
    }),
    { numRuns: 1000 },
  );
});
