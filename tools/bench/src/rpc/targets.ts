import type { Findings, Outcome } from '../bench.js';

/** How many times as fast one contestant should be as another one. */
export interface Target {
  of: string;
  to: string;
  /** The title of the outcome. */
  in: string;
  atLeast: number;
}

/** What we want to be, beside what we are; without those whom nobody measured. */
export function targets(wanted: readonly Target[], outcomes: readonly Outcome[], notes: readonly string[]): Findings {
  const rows = wanted.flatMap(({ of, to, in: title, atLeast }) => {
    const contestants = outcomes.find((outcome) => outcome.title === title)?.contestants ?? [];
    const rate = (name: string) => contestants.find((contestant) => contestant.name === name)?.values.rate;
    const [ours, theirs] = [rate(of), rate(to)];
    if (ours === undefined || theirs === undefined) return [];
    const ratio = ours / theirs;
    return [[`${of} / ${to}, ${title}`, `≥ ${atLeast}`, ratio.toFixed(2), ratio >= atLeast ? 'reached' : 'missed']];
  });
  return { title: 'Targets, as ratios of rates', heading: ['', 'target', 'measured', ''], rows, notes };
}
