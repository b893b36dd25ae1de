import { join } from 'node:path';

/** The repository, seen from tools/bench/dist, where the bench runs. */
const ROOT = join(import.meta.dirname, '../../..');

export const PROTOS = join(ROOT, 'proto');
export const GO_SOURCE = join(ROOT, 'tools/bench/src/rpc/golang/main.go');
/** The process of every contestant on Node.js. */
export const NODE_PEER = join(import.meta.dirname, 'peer.worker.mjs');
