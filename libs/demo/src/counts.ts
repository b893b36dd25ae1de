import { Dimension } from '@kelp/contract-analytics';
import type { EventType } from '@kelp/contract-event';
import type { Clients } from './clients.js';

/** How many events of one template, version and type there are. */
export interface Count {
  /** A UUID. */
  template: string;
  version: number;
  type: EventType;
  count: number;
}

/** A count that is not what it should be. */
export interface Mismatch extends Count {
  expected: number;
}

/** What `analytics` has counted of an organization's events. */
export async function countsOf(analytics: Clients['analytics'], organization: string): Promise<Count[]> {
  const { rows } = await analytics.queryMetrics({ parent: organization, groupBy: [Dimension.VERSION] });
  return rows.flatMap(({ template, version, counts }) =>
    counts.map(({ type, count }) => ({
      template: template.slice(template.lastIndexOf('/') + 1),
      version,
      type,
      count: Number(count),
    })),
  );
}

export const sum = (counts: readonly Count[]): number => counts.reduce((total, { count }) => total + count, 0);

const keyOf = ({ template, version, type }: Count) => `${template} ${version} ${type}`;

const byKey = (counts: readonly Count[]) => new Map(counts.map((count) => [keyOf(count), count]));

/** What was added from one state of the counts to a later one. */
export function added(before: readonly Count[], after: readonly Count[]): Count[] {
  const earlier = byKey(before);
  return after
    .map((count) => ({ ...count, count: count.count - (earlier.get(keyOf(count))?.count ?? 0) }))
    .filter(({ count }) => count !== 0);
}

/** Every count that is not what it should be, in either direction. */
export function mismatches(expected: readonly Count[], counted: readonly Count[]): Mismatch[] {
  const [wanted, found] = [byKey(expected), byKey(counted)];
  const keys = new Set([...wanted.keys(), ...found.keys()]);
  return [...keys].flatMap((key) => {
    const count = found.get(key)?.count ?? 0;
    const should = wanted.get(key)?.count ?? 0;
    const about = wanted.get(key) ?? found.get(key);
    return about && count !== should ? [{ ...about, count, expected: should }] : [];
  });
}
