import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { openQueue, type QueueOptions } from '../src/index.js';
import { launchNats } from './nats-server.js';
import { killed, type QueueServer } from './queue-server.js';
import { silent } from './silent.js';
import { freePort } from './tools.js';

/** Starts a NATS server of its own, with JetStream. */
export async function natsQueueServer(): Promise<QueueServer> {
  const storeDir = await mkdtemp(join(tmpdir(), 'kelp-queue-nats-'));
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  const launch = () => launchNats(port, ['-sd', storeDir]);
  let server = await launch();
  return {
    url,
    open: (options?: QueueOptions) =>
      openQueue(url, { log: silent, leaseMs: 1_000, bytesMax: 100_000_000, ...options }),
    clear: () => deleteStreams(url),
    kill: async () => void (await killed(server)),
    start: async () => {
      server = await launch();
    },
    stop: async () => {
      await killed(server);
      await rm(storeDir, { recursive: true, force: true });
    },
  };
}

async function deleteStreams(url: string): Promise<void> {
  const nc = await connect({ servers: url });
  try {
    const manager = await jetstreamManager(nc);
    const names = await manager.streams.names().next();
    for (const name of names) await manager.streams.delete(name);
  } finally {
    await nc.close();
  }
}
