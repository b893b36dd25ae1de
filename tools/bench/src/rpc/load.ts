import type { Ran } from './settings.js';

/** Keeps so much work under way for a while. */
export async function load(inFlight: number, ms: number, work: () => Promise<unknown>): Promise<Ran> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const endsAt = startedAt + ms;
  let count = 0;
  const worker = async () => {
    for (; performance.now() < endsAt; count++) await work();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const { user, system } = process.cpuUsage(cpu);
  return { count, ms: performance.now() - startedAt, cpuUs: user + system };
}
