import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { jetStreamNames } from '../src/index.js';
import { launchNats, type NatsServer } from './nats-server.js';
import { killed } from './queue-server.js';
import { freePort } from './tools.js';

const NAMES = ['a', 'b', 'c'];

/** Three NATS servers that keep everything three times. */
export class NatsCluster {
  private readonly running = new Map<string, NatsServer>();

  private constructor(
    private readonly folder: string,
    private readonly ports: ReadonlyMap<string, { client: number; cluster: number }>,
  ) {}

  static async launch(): Promise<NatsCluster> {
    const ports = new Map<string, { client: number; cluster: number }>();
    for (const name of NAMES) ports.set(name, { client: await freePort(), cluster: await freePort() });
    const cluster = new NatsCluster(await mkdtemp(join(tmpdir(), 'kelp-queue-cluster-')), ports);
    await Promise.all(NAMES.map((name) => cluster.start(name)));
    return cluster;
  }

  get url(): string {
    return [...this.ports.values()].map(({ client }) => `nats://127.0.0.1:${client}`).join(',');
  }

  async start(name: string): Promise<void> {
    const { client, cluster } = this.ports.get(name)!;
    const routes = [...this.ports.values()].map((ports) => `nats://127.0.0.1:${ports.cluster}`).join(',');
    const address = `nats://127.0.0.1:${cluster}`;
    const args = ['-n', name, '-sd', join(this.folder, name), '-cluster_name', 'kelp', '-cluster', address];
    this.running.set(name, await launchNats(client, [...args, '-routes', routes]));
  }

  /** Ends a server with SIGKILL. */
  async kill(name: string): Promise<void> {
    const server = this.running.get(name);
    this.running.delete(name);
    if (server) await killed(server);
  }

  /** The server that leads the queue's stream. */
  async leader(): Promise<string> {
    const info = await this.ask((manager) => manager.streams.info(jetStreamNames.stream));
    if (!info.cluster?.leader) throw new Error('The stream has no leader.');
    return info.cluster.leader;
  }

  async ask<T>(question: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const nc = await connect({ servers: this.url.split(',') });
    try {
      return await question(await jetstreamManager(nc));
    } finally {
      await nc.close();
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.keys()].map((name) => this.kill(name)));
    await rm(this.folder, { recursive: true, force: true });
  }
}
