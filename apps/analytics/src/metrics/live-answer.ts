import type { MetricsRow } from '@kelp/contract-analytics';

interface Known {
  /** What tells whether the row is another one. */
  readonly text: string;
  readonly row: MetricsRow;
  /** The revision that made it so. */
  readonly changedIn: number;
}

/**
 * The answer to a query, and what became of each of its rows: since any revision, what changed is known, without a history.
 * A row that is gone stays, as one that counts nothing.
 */
export class LiveAnswer {
  private readonly rows = new Map<string, Known>();
  private revision = 0;
  private reading: Promise<void> | undefined;
  private isRead = false;
  private readonly waiting = new Set<() => void>();

  /** @param id tells its tokens from those of others, and of other processes */
  constructor(
    private readonly id: string,
    private readonly read: () => Promise<MetricsRow[]>,
  ) {}

  /** Settles when it was read for the first time. */
  async ready(): Promise<void> {
    if (!this.isRead) await this.refresh();
  }

  /** Reads it again, once at a time. */
  refresh(): Promise<void> {
    this.reading ??= this.readAgain().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** Every row that changed after a revision, all after 0, and what to ask with next time. */
  since(revision: number): { items: MetricsRow[]; revision: number; token: string } {
    const items = [...this.rows.values()]
      .filter(({ row, changedIn }) => changedIn > revision && (revision > 0 || row.counts.length > 0))
      .map(({ row }) => row);
    return { items, revision: this.revision, token: `${this.id}.${this.revision}` };
  }

  /** The revision in a token; undefined where it is another answer's. */
  revisionIn(token: string): number | undefined {
    const [id, revision] = token.split('.');
    const number = Number(revision);
    return id === this.id && Number.isInteger(number) && number >= 1 && number <= this.revision ? number : undefined;
  }

  /** Settles when there is a later revision, or when the signal fires. */
  async changedBeyond(revision: number, signal: AbortSignal): Promise<void> {
    if (this.revision > revision || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        this.waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      this.waiting.add(go);
      signal.addEventListener('abort', go, { once: true });
    });
  }

  private async readAgain(): Promise<void> {
    const read = await this.read();
    const next = this.revision + 1;
    let isChanged = !this.isRead;
    const set = (key: string, text: string, row: MetricsRow) => {
      this.rows.set(key, { text, row, changedIn: next });
      isChanged = true;
    };
    const seen = new Set<string>();
    for (const row of read) {
      const key = keyOf(row);
      seen.add(key);
      const text = JSON.stringify([row.counts, row.metrics], (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      if (this.rows.get(key)?.text !== text) set(key, text, row);
    }
    for (const [key, { text, row }] of this.rows) {
      if (!seen.has(key) && text !== '') set(key, '', { ...row, counts: [], metrics: [], rates: [] });
    }
    this.isRead = true;
    if (!isChanged) return;
    this.revision = next;
    for (const go of [...this.waiting]) go();
  }
}

const keyOf = ({ bucketStartTime, template, version, group }: MetricsRow): string =>
  JSON.stringify([bucketStartTime, template, version, group.map(({ value }) => value)]);
