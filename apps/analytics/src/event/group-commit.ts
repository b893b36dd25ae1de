export interface GroupCommitOptions {
  /** How many commits run at once. */
  readonly commitsMax: number;
  /** How many items a commit takes, unless one submission alone has more. */
  readonly itemsMax: number;
  /** Whether this failure is the fault of some item, so that the submissions must be told apart. */
  readonly blames: (error: unknown) => boolean;
}

interface Submission<T> {
  readonly items: readonly T[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Natural group commit: an item is committed at once where nothing is under way, and whatever arrives while commits
 * are under way becomes the next one. No timer: load makes the groups.
 *
 * A submission is never split. Where a group fails by the fault of an item, each submission is committed by itself, so
 * that one cannot hurt another.
 */
export class GroupCommit<T> {
  private readonly waiting: Submission<T>[] = [];
  private running = 0;

  constructor(
    private readonly commit: (items: readonly T[]) => Promise<void>,
    private readonly options: GroupCommitOptions,
  ) {}

  /** Settles when these items are committed, or are not. */
  submit(items: readonly T[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    while (this.running < this.options.commitsMax && this.waiting.length > 0) {
      this.running += 1;
      void this.run(this.takeGroup()).finally(() => {
        this.running -= 1;
        this.next();
      });
    }
  }

  private takeGroup(): Submission<T>[] {
    let items = 0;
    let end = 0;
    while (end < this.waiting.length) {
      items += this.waiting[end]!.items.length;
      if (end > 0 && items > this.options.itemsMax) break;
      end += 1;
    }
    return this.waiting.splice(0, end);
  }

  /** Never fails: each submission hears how it went. */
  private async run(group: readonly Submission<T>[]): Promise<void> {
    const [first] = group;
    try {
      await this.commit(group.length === 1 && first ? first.items : group.flatMap(({ items }) => items));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length > 1 && this.options.blames(error)) {
        for (const submission of group) await this.run([submission]);
      } else {
        for (const { reject } of group) reject(error);
      }
    }
  }
}
