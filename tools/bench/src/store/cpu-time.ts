import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, whatever the machine. */
const TICK_US = 10_000;

/**
 * The CPU time of a process and its children so far, in microseconds, those that ended included; NaN where the system
 * does not tell.
 */
export function cpuTimeUs(pid: number): number {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  const own = statOf(pid);
  if (!own) return Number.NaN;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === pid);
  return TICK_US * (own.ticks + own.endedTicks + children.reduce((sum, child) => sum + (child?.ticks ?? 0), 0));
}

function statOf(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = (from: number) => Number(fields[from]) + Number(fields[from + 1]);
    return { parent: Number(fields[1]), ticks: ticks(11), endedTicks: ticks(13) };
  } catch {
    return undefined; // ended meanwhile
  }
}
