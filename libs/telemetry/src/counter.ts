import { Cells, type Labels } from './cells.js';

/** A number that only grows, for each set of labels. */
export class Counter<L extends string = never> {
  readonly type = 'counter';
  private readonly cells: Cells<L, { count: number }>;

  constructor(
    readonly name: string,
    readonly help: string,
    labelNames: readonly L[],
  ) {
    this.cells = new Cells(labelNames, () => ({ count: 0 }));
  }

  /** Counts one, or as many as are given; the labels come first where it has any. */
  inc(...args: [L] extends [never] ? [by?: number] : [labels: Labels<L>, by?: number]): void;
  inc(first: Labels<L> | number = 1, by = 1): void {
    if (typeof first === 'number') this.cells.of({} as Labels<L>).count += first;
    else this.cells.of(first).count += by;
  }

  /** What a registry of prom-client asks of a metric. */
  async get() {
    const values = Array.from(this.cells, ({ labels, cell }) => ({ labels, value: cell.count }));
    return { name: this.name, help: this.help, type: this.type, values };
  }
}
