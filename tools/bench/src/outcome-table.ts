import { table } from '@kelp/terminal';
import type { Contestant, Findings, Outcome } from './bench.js';

/** Three digits that count, without an exponent. */
const rounded = (value: number): string =>
  value >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

/** A row for each contestant: each measure, and its ratios to those of the contestants that all are compared with. */
export function outcomeTable({ title, measures, contestants, references, notes = [] }: Outcome): string {
  const comparedWith = contestants.length === 1 ? [] : contestants.filter(isReference(contestants, references));
  const ratioTo = ({ name }: Contestant) => (references ? `× ${name}` : 'ratio');
  const heading = ['', ...measures.flatMap(({ name, unit }) => [`${name} (${unit})`, ...comparedWith.map(ratioTo)])];
  const rows = contestants.map(({ name, values }) => [
    name,
    ...measures.flatMap((measure) => {
      const value = values[measure.name] ?? Number.NaN;
      const ratios = comparedWith.map((reference) => value / (reference.values[measure.name] ?? Number.NaN));
      return [rounded(value), ...ratios.map((ratio) => ratio.toFixed(2))];
    }),
  ]);
  return lines(title, table(heading, rows), notes);
}

const isReference =
  ([first]: readonly Contestant[], references: Outcome['references']) =>
  ({ name }: Contestant) =>
    references?.includes(name) ?? name === first?.name;

/** What was found out, as it was put. */
export const findingsTable = ({ title, heading, rows, notes = [] }: Findings): string =>
  lines(title, table(heading, rows), notes);

const lines = (title: string | undefined, body: string, notes: readonly string[]): string =>
  [...(title ? [`${title}\n`] : []), body, ...notes].join('\n');
