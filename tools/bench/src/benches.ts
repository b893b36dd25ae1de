import { account } from './account/account.bench.js';
import { affected } from './affected/affected.bench.js';
import type { Bench } from './bench.js';
import { checks } from './checks.bench.js';
import { ingest } from './ingest/ingest.bench.js';
import { pipeline } from './pipeline/pipeline.bench.js';
import { queue } from './queue/queue.bench.js';
import { render } from './render/render.bench.js';
import { rpcAppend } from './rpc/rpc-append.bench.js';
import { rpcBounds } from './rpc/rpc-bounds.bench.js';
import { rpcCalls } from './rpc/rpc-calls.bench.js';
import { rpcCodec } from './rpc/rpc-codec.bench.js';
import { store } from './store/store.bench.js';

/** Every bench there is. */
export const benches: readonly Bench[] = [
  account,
  affected,
  checks,
  ingest,
  pipeline,
  queue,
  render,
  rpcCalls,
  rpcAppend,
  rpcCodec,
  rpcBounds,
  store,
];
