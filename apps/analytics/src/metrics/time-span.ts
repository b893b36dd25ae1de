import { LEVELS, type Level } from './counts.js';

const LENGTH_MS: Record<Level, number> = { minute: 60_000, quarter: 900_000, hour: 3_600_000, day: 86_400_000 };

/** From a time up to another one, in milliseconds since 1970-01-01 UTC; infinite where it has no bound. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A span of whole buckets. */
export interface Segment extends TimeSpan {
  readonly level: Level;
}

/** The span between two times, each cut to the bucket that it lies in. */
export const cutSpan = (start: Date | undefined, end: Date | undefined, level: Level): TimeSpan => ({
  fromMs: start ? floor(start.getTime(), level) : -Infinity,
  toMs: end ? floor(end.getTime(), level) : Infinity,
});

/** The fewest whole buckets that make up a span of whole minutes, in the order of time. */
export function cover(span: TimeSpan, levels: readonly Level[] = LEVELS): Segment[] {
  const { fromMs, toMs } = span;
  const level = levels.at(-1);
  if (fromMs >= toMs || level === undefined) return [];
  const first = ceil(fromMs, level);
  const last = floor(toMs, level);
  const finer = levels.slice(0, -1);
  if (first >= last) return cover(span, finer);
  return [
    ...cover({ fromMs, toMs: first }, finer),
    { level, fromMs: first, toMs: last },
    ...cover({ fromMs: last, toMs }, finer),
  ];
}

const floor = (ms: number, level: Level) => Math.floor(ms / LENGTH_MS[level]) * LENGTH_MS[level];
const ceil = (ms: number, level: Level) => Math.ceil(ms / LENGTH_MS[level]) * LENGTH_MS[level];
