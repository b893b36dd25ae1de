/** The values of a metric's labels. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

type Node<Cell> = Map<string, Node<Cell> | Cell>;

/**
 * What a metric holds for each set of label values, found by one look into a map for each label: counting stands on every
 * hot path, and to make one text of all labels first, as prom-client does, costs several times as much.
 */
export class Cells<L extends string, Cell extends object> {
  private readonly root: Node<Cell> = new Map();
  private readonly all: { readonly labels: Labels<L>; readonly cell: Cell }[] = [];
  private readonly only: Cell | undefined;

  constructor(
    private readonly labelNames: readonly L[],
    private readonly make: () => Cell,
  ) {
    // Without labels there is one, which is shown before anything was counted.
    if (labelNames.length === 0) this.only = this.add({} as Labels<L>);
  }

  of(labels: Labels<L>): Cell {
    if (this.only) return this.only;
    let node = this.root;
    const last = this.labelNames.length - 1;
    for (let index = 0; index < last; index++) {
      const value = labels[this.labelNames[index]!];
      let next = node.get(value) as Node<Cell> | undefined;
      if (!next) {
        next = new Map();
        node.set(value, next);
      }
      node = next;
    }
    const value = labels[this.labelNames[last]!];
    let cell = node.get(value) as Cell | undefined;
    if (!cell) {
      cell = this.add({ ...labels });
      node.set(value, cell);
    }
    return cell;
  }

  [Symbol.iterator](): Iterator<{ readonly labels: Labels<L>; readonly cell: Cell }> {
    return this.all[Symbol.iterator]();
  }

  private add(labels: Labels<L>): Cell {
    const cell = this.make();
    this.all.push({ labels, cell });
    return cell;
  }
}
