/** The value below which a share of all values lies, between 0 and 1: the nearest one that was measured. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('Nothing was measured.');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

type Values = Readonly<Record<string, number>>;

/**
 * Measures contestants in alternation, so that what else the machine does befalls all alike, and takes the median of each
 * measure.
 */
export async function inAlternation(
  rounds: number,
  contestants: Readonly<Record<string, () => Promise<Values>>>,
): Promise<{ name: string; values: Values }[]> {
  const measured = new Map<string, Values[]>(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of Object.entries(contestants)) measured.get(name)?.push(await measure());
  }
  return [...measured].map(([name, all]) => ({ name, values: medians(all) }));
}

const medians = (all: readonly Values[]): Values =>
  Object.fromEntries(Object.keys(all[0] ?? {}).map((key) => [key, median(all.map((values) => values[key]!))]));
