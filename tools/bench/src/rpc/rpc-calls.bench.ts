import type { Bench } from '../bench.js';
import { GO, rateContest } from './rate-contest.js';
import { type Target, targets } from './targets.js';

const MS = 500;
const IN_FLIGHT = [1, 16, 64];

const STOCK = 'stock NestJS';
const UNARY = 'Kelp, unary';
const STREAM = 'Kelp, call stream';
const GRPC_JS = 'grpc-js';

const title = (inFlight: number) => `${inFlight} in flight`;

const TARGETS: readonly Target[] = [
  { of: STREAM, to: STOCK, in: title(64), atLeast: 10 },
  { of: STREAM, to: GO, in: title(64), atLeast: 1.5 },
  { of: STREAM, to: STOCK, in: title(1), atLeast: 1 },
  { of: UNARY, to: GRPC_JS, in: title(1), atLeast: 1 },
  { of: UNARY, to: GRPC_JS, in: title(16), atLeast: 1 },
  { of: UNARY, to: GRPC_JS, in: title(64), atLeast: 1 },
];

/** The smallest call there is, by all who compete. */
export const rpcCalls: Bench = {
  name: 'rpc-calls',
  what: 'small calls over mutual TLS, with a process for each server and each client',
  run: async (say) => {
    const { outcomes, notes } = await rateContest({
      peers: {
        [STOCK]: 'nest',
        [UNARY]: 'kelp',
        [STREAM]: 'kelp-calls',
        [GRPC_JS]: 'grpc-js',
        'nice-grpc': 'nice-grpc',
        'connect-node': 'connect',
        'Fastify, keep-alive': 'fastify',
        'Fastify, new connections': 'fastify-anew',
      },
      disciplines: IN_FLIGHT.map((inFlight) => ({
        title: title(inFlight),
        load: { ask: 'calls', inFlight, ms: MS },
      })),
      unit: 'calls',
      references: [STOCK, UNARY],
      say,
    });
    return [
      ...outcomes,
      targets(TARGETS, outcomes, [
        ...notes,
        'All use mutual TLS with the same certificates; CPU is that of both processes.',
        'Kelp does what it does for services: it checks limits, the caller and the deadline, counts, times and logs each',
        'unary call (to /dev/null). The others do nothing but answer. Fastify speaks JSON over HTTP/1.1, a connection a call.',
      ]),
    ];
  },
};
