import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openQueue } from '@kelp/queue';
import { logger } from '@kelp/telemetry';
import { eventually, tlsOf } from '@kelp/testing';
import { ofKind, render } from '../src/render.js';
import { freePort } from '../src/tools.js';

const { status, stdout } = spawnSync('nats-server', ['--version'], { encoding: 'utf8' });
if (status !== 0) console.warn('NOTICE: there is no nats-server on the PATH: the example of NATS is not tried.');
/** Before 2.10 nobody could say how often a server writes to its disk. */
const isOld = /v2\.[0-9]\./.test(stdout ?? '');
if (isOld)
  console.warn(`NOTICE: ${stdout.trim()} is older than what production has: it is not told its sync_interval.`);

(status === 0 ? describe : describe.skip)('the example of NATS', () => {
  const objects = render('examples/nats');
  const config: string = ofKind(objects, 'ConfigMap')[0]!.data['nats.conf'];
  const { replicas, template } = ofKind(objects, 'StatefulSet')[0]!.spec;
  const folder = mkdtempSync(join(tmpdir(), 'kelp-nats-'));
  const names = Array.from({ length: replicas }, (_, index) => `nats-${index}`);
  const ports = new Map<string, { client: number; routes: number; monitoring: number }>();
  const running: ChildProcess[] = [];

  /** The rendered file, with this machine's folders and ports in it. */
  const configOf = (name: string): string => {
    const { client, routes, monitoring } = ports.get(name)!;
    return config
      .replaceAll('/etc/nats/tls/', `${join(folder, 'tls')}/`)
      .replace('/data', join(folder, name))
      .replace('port: 4222', `listen: "127.0.0.1:${client}"`)
      .replace('http_port: 8222', `http: "127.0.0.1:${monitoring}"`)
      .replace('port: 6222', `listen: "127.0.0.1:${routes}"`)
      .replace(/(nats-\d)\.nats:6222/g, (_, other) => `127.0.0.1:${ports.get(other)!.routes}`)
      .replace(/^ *sync_interval:.*$/m, (line) => (isOld ? '' : line));
  };
  const launch = (name: string, ...args: string[]) => ['--config', join(folder, `${name}.conf`), ...args];
  const env = (name: string) => ({ PATH: process.env.PATH, POD_NAME: name });

  beforeAll(async () => {
    const { ca, certificate, key } = await tlsOf('nats');
    mkdirSync(join(folder, 'tls'));
    for (const [to, from] of Object.entries({ 'ca.crt': ca, 'tls.crt': certificate, 'tls.key': key })) {
      copyFileSync(from, join(folder, 'tls', to));
    }
    for (const name of names) {
      ports.set(name, { client: await freePort(), routes: await freePort(), monitoring: await freePort() });
    }
    for (const name of names) writeFileSync(join(folder, `${name}.conf`), configOf(name));
  });
  afterAll(async () => {
    for (const server of running) {
      const exit = once(server, 'exit');
      server.kill('SIGKILL');
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('is a configuration that the server reads, and has as many routes as servers', () => {
    const answer = spawnSync('nats-server', launch('nats-0', '-t'), { env: env('nats-0'), encoding: 'utf8' });
    expect({ status: answer.status, said: answer.stderr }).toMatchObject({ status: 0 });
    expect(config.match(/nats-\d\.nats:6222/g)).toEqual(names.map((name) => `${name}.nats:6222`));
    // Clients and routes alike; that a client without one is refused is tested where the queue is.
    expect(config.match(/verify: true/g)).toHaveLength(2);
    const broken = join(folder, 'broken.conf');
    writeFileSync(broken, configOf('nats-0').replace('store_dir', 'store_folder'));
    expect(() =>
      execFileSync('nats-server', ['-t', '--config', broken], { env: env('nats-0'), stdio: 'pipe' }),
    ).toThrow();
  });

  it('makes one cluster of its servers, which keeps our messages three times', async () => {
    for (const name of names) running.push(spawn('nats-server', launch(name), { env: env(name), stdio: 'ignore' }));
    const [{ startupProbe, readinessProbe, livenessProbe }] = template.spec.containers;
    for (const name of names) {
      for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
        const url = `http://127.0.0.1:${ports.get(name)!.monitoring}${httpGet.path}`;
        await eventually(async () => expect((await fetch(url)).status).toBe(200), { timeoutMs: 30_000 });
      }
    }
    const url = names.map((name) => `tls://127.0.0.1:${ports.get(name)!.client}`).join(',');
    const log = logger('nats', 'silent');
    const queue = openQueue(url, { tls: await tlsOf('ingest'), replicas, bytesMax: 10_000_000, log });
    const message = { id: 'one', key: 'kept', body: new Uint8Array([7]) };
    await eventually(() => queue.publish(message), { timeoutMs: 20_000 });
    const monitored = `http://127.0.0.1:${ports.get('nats-0')!.monitoring}/jsz?streams=true`;
    await eventually(async () => {
      const { meta_cluster: meta, account_details: accounts } = (await (await fetch(monitored)).json()) as Monitored;
      expect(meta.cluster_size).toBe(replicas);
      expect(accounts[0]!.stream_detail[0]!.cluster.replicas).toHaveLength(replicas - 1);
    });
    await queue.close();
  }, 90_000);
});

/** What a server says of JetStream: the fields that are looked at. */
interface Monitored {
  readonly meta_cluster: { readonly cluster_size: number };
  readonly account_details: readonly {
    readonly stream_detail: readonly { readonly cluster: { readonly replicas: readonly object[] } }[];
  }[];
}
