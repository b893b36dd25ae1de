import { Cells, type Labels } from './cells.js';

class Spread {
  sum = 0;
  /** How many values fell into each bucket; the last one has no upper bound. */
  readonly counts: number[];

  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let index = 0;
    while (index < this.bounds.length && value > this.bounds[index]!) index++;
    this.counts[index]!++;
    this.sum += value;
  }
}

/** How values are spread over buckets, for each set of labels. */
export class Histogram<L extends string = never> {
  readonly type = 'histogram';
  private readonly cells: Cells<L, Spread>;

  /** @param bounds the upper bounds of the buckets, growing; what is larger than all of them is counted as well */
  constructor(
    readonly name: string,
    readonly help: string,
    labelNames: readonly L[],
    private readonly bounds: readonly number[],
  ) {
    this.cells = new Cells(labelNames, () => new Spread(bounds));
  }

  /** Takes in one value; the labels come first where it has any. */
  observe(...args: [L] extends [never] ? [value: number] : [labels: Labels<L>, value: number]): void;
  observe(first: Labels<L> | number, value?: number): void {
    if (typeof first === 'number') this.cells.of({} as Labels<L>).add(first);
    else this.cells.of(first).add(value!);
  }

  /** Takes in how many seconds pass until what it returns is called, which gets the labels where it has any. */
  startTimer(): (...labels: [L] extends [never] ? [] : [labels: Labels<L>]) => void {
    const startedMs = performance.now();
    return (...[labels]) => this.cells.of(labels ?? ({} as Labels<L>)).add((performance.now() - startedMs) / 1_000);
  }

  /** What a registry of prom-client asks of a metric: buckets that each count all below their bound. */
  async get() {
    const values = [...this.cells].flatMap(({ labels, cell }) => {
      let below = 0;
      const buckets = cell.counts.map((count, index) => {
        below += count;
        const le = index < this.bounds.length ? this.bounds[index]! : '+Inf';
        return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: below };
      });
      return [
        ...buckets,
        { metricName: `${this.name}_sum`, labels, value: cell.sum },
        { metricName: `${this.name}_count`, labels, value: below },
      ];
    });
    return { name: this.name, help: this.help, type: this.type, values };
  }
}
