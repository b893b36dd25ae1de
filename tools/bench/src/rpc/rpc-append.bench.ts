import type { Bench } from '../bench.js';
import { GO, rateContest } from './rate-contest.js';
import { type Target, targets } from './targets.js';

const MS = 500;
const BATCHES = [1, 10, 100, 1_000];

const STOCK = 'stock NestJS';
const KELP = 'Kelp';

const title = (batch: number) => (batch === 1 ? 'single events' : `batches of ${batch.toLocaleString('en-US')}`);
/** Enough to keep a stream busy: at least 16 messages, and 1,000 events. */
const inFlight = (batch: number) => Math.max(16, 1_000 / batch);

const TARGETS: readonly Target[] = [
  { of: KELP, to: STOCK, in: title(1), atLeast: 8 },
  { of: KELP, to: STOCK, in: title(100), atLeast: 2.5 },
  { of: KELP, to: GO, in: title(100), atLeast: 1.7 },
];

/** Events over one bidirectional stream, acknowledged by the server. */
export const rpcAppend: Bench = {
  name: 'rpc-append',
  what: 'canonical events of 220 bytes over one bidirectional stream, each message acknowledged',
  run: async (say) => {
    const { outcomes, notes } = await rateContest({
      peers: {
        [STOCK]: 'nest',
        [KELP]: 'kelp',
        'grpc-js': 'grpc-js',
        'nice-grpc': 'nice-grpc',
        'connect-node': 'connect',
      },
      disciplines: BATCHES.map((batch) => ({
        title: title(batch),
        load: { ask: 'append', batch, inFlight: inFlight(batch), ms: MS },
      })),
      unit: 'events',
      references: [STOCK, KELP],
      say,
    });
    return [
      ...outcomes,
      targets(TARGETS, outcomes, [
        ...notes,
        'All use mutual TLS. Kelp sends through `itemSender`, which keeps events until they are acknowledged and puts those',
        'of several sends into a frame; the others send a message for each batch and are answered each.',
      ]),
    ];
  },
};
