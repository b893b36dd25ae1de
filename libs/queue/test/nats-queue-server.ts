import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@kelp/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { freePort } from '../../../tools/postgres/free-port.mjs';
import { openQueue, type QueueOptions } from '../src/index.js';
import { killed, type QueueServer } from './queue-server.js';
import { silent } from './silent.js';

/** Whether `nats-server` is on the PATH. */
export const hasNatsServer = (): boolean => spawnSync('nats-server', ['--version']).status === 0;

/** Starts a NATS server of its own, with JetStream. */
export async function natsQueueServer(): Promise<QueueServer> {
  const storeDir = await mkdtemp(join(tmpdir(), 'kelp-queue-nats-'));
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  let server = await launch(port, storeDir);
  return {
    url,
    open: (options?: QueueOptions) =>
      openQueue(url, { log: silent, leaseMs: 1_000, bytesMax: 100_000_000, ...options }),
    clear: () => deleteStreams(url),
    kill: async () => void (await killed(server)),
    start: async () => {
      server = await launch(port, storeDir);
    },
    stop: async () => {
      await killed(server);
      await rm(storeDir, { recursive: true, force: true });
    },
  };
}

interface NatsServer {
  readonly pid?: number;
  readonly exited: Promise<unknown>;
}

async function launch(port: number, storeDir: string): Promise<NatsServer> {
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', storeDir];
  const child: ChildProcess = spawn('nats-server', args, { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await eventually(() => reachable(port), { timeoutMs: 30_000 });
  return { pid: child.pid, exited };
}

const reachable = (port: number) =>
  new Promise<void>((resolve, reject) => {
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    }).once('error', reject);
  });

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
