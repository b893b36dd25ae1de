import type { Pod } from '../src/pod.js';

/** What a pod tells a scrape. */
export const scrape = async (pod: Pod): Promise<string> => (await fetch(pod.url('operations', '/metrics'))).text();

/** The sum of a metric's values, of those with these labels. */
export async function metricOf(pod: Pod, name: string, labels = ''): Promise<number> {
  const lines = (await scrape(pod)).split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
