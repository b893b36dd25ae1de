import type { Bench } from './bench.js';
import { checks } from './checks.bench.js';
import { pipeline } from './pipeline/pipeline.bench.js';
import { queue } from './queue/queue.bench.js';

/** Every bench there is. */
export const benches: readonly Bench[] = [checks, pipeline, queue];
