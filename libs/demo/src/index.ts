export { type Clients, clientsOf } from './clients.js';
export { added, type Count, countsOf, type Mismatch, mismatches, sum } from './counts.js';
export { signingKeyIn } from './key-file.js';
export { type PostOptions, post } from './post.js';
export type { Totals } from './report-totals.js';
export { RunFailed, type RunOptions, type RunResult, run } from './run.js';
export { type Demo, seed } from './seed.js';
export type { Progress } from './watch.js';
