import type { IngestPeer } from './peer.js';
import type { Task } from './work.js';

/** By the name that the process is told. */
const peers: Readonly<Record<string, () => Promise<IngestPeer>>> = {
  kelp: async () => (await import('./peers/kelp.js')).kelpPeer,
  fastify: async () => (await import('./peers/fastify.js')).fastifyPeer,
};

export async function main(name: string, task: Task): Promise<void> {
  const peer = await peers[name]!();
  const { port, counterPort = port } = await peer(task);
  console.log(`${port} ${counterPort}`);
}
