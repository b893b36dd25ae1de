import { join } from 'node:path';

/** The sources of this bench, seen from tools/bench/dist, where it runs. */
const SOURCES = join(import.meta.dirname, '../src/ingest');

export const GO_SERVER = join(SOURCES, 'golang/main.go');
export const DJANGO_FOLDER = join(SOURCES, 'django');
/** The process of every contestant on Node.js. */
export const NODE_SERVER = join(import.meta.dirname, 'ingest-peer.worker.mjs');
