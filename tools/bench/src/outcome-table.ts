import { table } from '@kelp/terminal';
import type { Outcome } from './bench.js';

/** Three digits that count, without an exponent. */
const rounded = (value: number): string =>
  value >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

/** A row for each contestant: each measure, and its ratio to the first contestant's. */
export function outcomeTable({ measures, contestants, notes = [] }: Outcome): string {
  const [reference] = contestants;
  const isContest = contestants.length > 1;
  const heading = ['', ...measures.flatMap(({ name, unit }) => [`${name} (${unit})`, ...(isContest ? ['ratio'] : [])])];
  const rows = contestants.map(({ name, values }) => [
    name,
    ...measures.flatMap((measure) => {
      const value = values[measure.name] ?? Number.NaN;
      const ratio = value / (reference?.values[measure.name] ?? Number.NaN);
      return [rounded(value), ...(isContest ? [ratio.toFixed(2)] : [])];
    }),
  ]);
  return [table(heading, rows), ...notes].join('\n');
}
