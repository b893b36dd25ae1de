import type { Peer } from './peer.js';

/** Each is loaded only in its own processes. */
export const peers: Readonly<Record<string, () => Promise<Peer>>> = {
  kelp: async () => (await import('./peers/kelp.js')).kelp,
  'kelp-calls': async () => (await import('./peers/kelp-calls.js')).kelpCalls,
  nest: async () => (await import('./peers/nest.js')).nest,
  'grpc-js': async () => (await import('./peers/grpc-js.js')).grpcJs,
  'nice-grpc': async () => (await import('./peers/nice-grpc.js')).niceGrpc,
  connect: async () => (await import('./peers/connect-node.js')).connectNode,
  fastify: async () => (await import('./peers/fastify.js')).keepAlive,
  'fastify-anew': async () => (await import('./peers/fastify.js')).newConnections,
  'kelp-bounds': async () => (await import('./bounds/kelp.js')).kelpBounds,
  'nest-bounds': async () => (await import('./bounds/nest.js')).nestBounds,
};
