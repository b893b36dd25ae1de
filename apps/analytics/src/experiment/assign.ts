import { createHash } from 'node:crypto';

/**
 * The place of the variant that a unit gets: the same for the same unit and experiment, wherever it is asked, and over many
 * units in the ratio of the weights.
 */
export function assign(experimentId: string, unit: Uint8Array, weights: readonly number[]): number {
  const hash = createHash('sha256').update(experimentId).update(unit).digest();
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let point = (hash.readUIntBE(0, 6) / 2 ** 48) * total;
  for (const [place, weight] of weights.entries()) {
    point -= weight;
    if (point < 0) return place;
  }
  return weights.length - 1;
}
