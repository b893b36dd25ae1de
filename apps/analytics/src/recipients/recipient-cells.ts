import { Sketch } from './sketch.js';

/** Which recipients: of a dimension or of a whole organization, by day and action. */
export interface CellKey {
  readonly dimensionId: string;
  /** Counted from 1970-01-01 UTC. */
  readonly day: number;
  readonly action: number;
}

/** Sketches by cell. */
export class RecipientCells {
  private readonly byKey = new Map<string, { key: CellKey; sketch: Sketch }>();

  of(key: CellKey): Sketch {
    const name = `${key.dimensionId} ${key.day} ${key.action}`;
    const known = this.byKey.get(name);
    if (known) return known.sketch;
    const sketch = new Sketch();
    this.byKey.set(name, { key, sketch });
    return sketch;
  }

  /** Adds what all dimensions of an organization hold together. @param totals the id of the total of each dimension */
  addTotals(totals: ReadonlyMap<string, string>): void {
    for (const { key, sketch } of [...this.byKey.values()]) {
      const dimensionId = totals.get(key.dimensionId);
      if (dimensionId !== undefined) this.of({ ...key, dimensionId }).addAll(sketch);
    }
  }

  all(): { key: CellKey; sketch: Sketch }[] {
    return [...this.byKey.values()];
  }

  /** The keys as three arrays, for `unnest`. */
  columns(): [string[], number[], number[]] {
    const keys = this.all().map(({ key }) => key);
    return [keys.map(({ dimensionId }) => dimensionId), keys.map(({ day }) => day), keys.map(({ action }) => action)];
  }
}
