import type { Bench } from './bench.js';
import { pipeline } from './pipeline/pipeline.bench.js';

/** Every bench there is. */
export const benches: readonly Bench[] = [pipeline];
