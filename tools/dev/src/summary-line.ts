import type { Progress } from '@kelp/demo';

const number = (value: number): string => value.toLocaleString('en-US');

/** How a run stands, in one line. */
export function summaryLine(
  { posted, received, dropped, kept, dead, stored, lagMs }: Progress,
  events: number,
): string {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  const why = reasons.map(([reason, count]) => `${reason} ${number(count)}`).join(', ');
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  return [
    `posted ${number(posted)} of ${number(events)}`,
    `verified ${number(received)}`,
    `dropped ${number(total)}${why && ` (${why})`}`,
    `kept ${number(kept)}`,
    ...(dead > 0 ? [`dead letters ${number(dead)}`] : []),
    `stored ${number(stored)}`,
    `lag ${number(lagMs)} ms`,
  ].join(' · ');
}
