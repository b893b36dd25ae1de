import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Podman } from './podman.js';
import { type KubernetesObject, ofKind } from './render.js';
import { ROOT } from './root.js';

/** What a cluster would give a pod, on this machine. */
export interface Surroundings {
  /** The value of a secret's key. */
  secret(name: string, key: string): string;
  /** Where the files of a secret are. */
  secretFolder(name: string): string;
  /** Where pods may keep files. */
  readonly folder: string;
  /** A file of what the names of Services mean. */
  readonly names: string;
  /** Settings of what is not here, such as NATS. */
  readonly instead: Readonly<Record<string, string>>;
  /** Runs containers in podman, and not as processes of this machine. */
  readonly podman?: Podman;
}

export interface Container {
  readonly args: string[];
  readonly env?: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
  readonly envFrom?: { configMapRef: { name: string } }[];
  readonly ports?: { name: string; containerPort: number }[];
  readonly volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  readonly resources: { limits: { memory: string } };
}

export interface Probe {
  readonly httpGet: { path: string; port: string };
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

/** What the image runs: the Dockerfile's entry point, but for Node itself. */
const ENTRYPOINT = (
  JSON.parse(/^ENTRYPOINT (.*)$/m.exec(readFileSync(join(ROOT, 'tools/docker/Dockerfile'), 'utf8'))![1]!) as string[]
).slice(1);

const NAMES = join(import.meta.dirname, 'cluster-names.mjs');

/**
 * A pod of a Deployment as processes of this machine: its commands, environment and probes, exactly as rendered, on an
 * address of its own, which is one of this machine's 127.0.0.0/8.
 */
export class Pod {
  #process: ChildProcess | undefined;
  #said = '';
  readonly #folder: string;

  constructor(
    private readonly deployment: KubernetesObject,
    readonly ip: string,
    private readonly objects: readonly KubernetesObject[],
    private readonly surroundings: Surroundings,
  ) {
    this.#folder = mkdtempSync(join(surroundings.folder, `${this.name}-`));
    for (const { name, emptyDir } of this.spec.volumes) {
      if (!emptyDir) continue;
      mkdirSync(join(this.#folder, name));
      chmodSync(join(this.#folder, name), 0o777); // as fsGroup makes it
    }
  }

  /** Its Deployment's. */
  get name(): string {
    return this.deployment.metadata.name;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.deployment.spec.template.metadata.labels;
  }

  /** The port of this name; undefined where it has none. */
  portOf(name: string): number | undefined {
    return this.container.ports!.find((port) => port.name === name)?.containerPort;
  }

  /** What its containers have said so far. */
  get said(): string {
    return this.#said;
  }

  /** Runs the init containers to their end, starts the service, and waits as its startup probe says. @throws where one fails */
  async start(): Promise<void> {
    for (const container of this.spec.initContainers as Container[]) {
      const [code] = await once(this.run(container), 'exit');
      if (code !== 0) throw new Error(`An init container of ${this.name} failed: ${this.said}`);
    }
    this.#process = this.run(this.container);
    await this.passes('startupProbe');
  }

  /** Waits for a probe, as long as it allows. @throws where it does not come right, or the process ends */
  async passes(probe: 'startupProbe' | 'readinessProbe', attempts?: number): Promise<void> {
    const { periodSeconds = 10, failureThreshold = 3 } = this.probe(probe);
    for (let attempt = 0; attempt < (attempts ?? failureThreshold); attempt++) {
      if (this.#process?.exitCode !== null) throw new Error(`${this.name} has ended: ${this.said}`);
      if ((await this.ask(probe)) === 200) return;
      await sleep(periodSeconds * 1_000);
    }
    throw new Error(`The ${probe} of ${this.name} fails: ${this.said}`);
  }

  /** The status that a probe gets; 0 where nothing answers. */
  ask(probe: 'startupProbe' | 'readinessProbe' | 'livenessProbe'): Promise<number> {
    const { path, port } = this.probe(probe).httpGet;
    return fetch(this.url(port, path)).then(
      ({ status }) => status,
      () => 0,
    );
  }

  url(port: string, path: string): string {
    return `http://${this.ip}:${this.portOf(port)}${path}`;
  }

  /** Ends it as Kubernetes does: SIGTERM, and after the grace period SIGKILL. @returns its exit code; null where it was killed */
  async stop(): Promise<number | null> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null;
    const exit = once(running, 'exit');
    running.kill('SIGTERM');
    const patience = setTimeout(() => running.kill('SIGKILL'), this.spec.terminationGracePeriodSeconds * 1_000);
    const [code] = (await exit) as [number | null];
    clearTimeout(patience);
    return code;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exit = once(running, 'exit');
    running.kill('SIGKILL');
    await exit;
  }

  private get spec() {
    return this.deployment.spec.template.spec;
  }

  private get container(): Container {
    return this.spec.containers[0];
  }

  probe(name: 'startupProbe' | 'readinessProbe' | 'livenessProbe'): Probe {
    return (this.container as unknown as Record<string, Probe>)[name]!;
  }

  private run(container: Container): ChildProcess {
    const service = this.labels['app.kubernetes.io/name']!;
    const { names, podman } = this.surroundings;
    const own = this.environmentOf(container);
    const env = {
      ...own,
      NODE_OPTIONS: `${own.NODE_OPTIONS ?? ''} --import ${pathToFileURL(NAMES).href}`,
      CLUSTER_NAMES: names,
    };
    const mounts = (container.volumeMounts ?? []).map((mount) => ({ ...mount, folder: this.folderOf(mount.name) }));
    const files = [NAMES, names].map((file) => ({ folder: file, mountPath: file, readOnly: true }));
    const child = podman
      ? podman.run(service, container, this.spec.securityContext.runAsUser, env, [...mounts, ...files])
      : spawn(process.execPath, [...ENTRYPOINT, ...container.args], {
          cwd: join(ROOT, 'apps', service),
          env: { ...env, PATH: process.env.PATH },
        });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        this.#said += data;
      });
    }
    return child;
  }

  private environmentOf({ env = [], envFrom = [], volumeMounts = [] }: Container): Record<string, string> {
    const { surroundings } = this;
    const given = envFrom.map(
      ({ configMapRef }) =>
        ofKind(this.objects, 'ConfigMap').find((each) => each.metadata.name === configMapRef.name)!.data,
    );
    const own = env.map(({ name, value, valueFrom }) => [
      name,
      value ?? surroundings.secret(valueFrom!.secretKeyRef.name, valueFrom!.secretKeyRef.key),
    ]);
    const all: Record<string, string> = Object.assign({}, ...given, Object.fromEntries(own));
    for (const [name, value] of Object.entries(all)) {
      all[name] = this.here(surroundings.instead[name] ?? value, volumeMounts);
    }
    return all;
  }

  /** A value with this machine's addresses and folders in it. */
  private here(value: string, mounts: readonly { name: string; mountPath: string }[]): string {
    const mount = mounts.find(({ mountPath }) => value === mountPath || value.startsWith(`${mountPath}/`));
    return mount && !this.surroundings.podman
      ? value.replace(mount.mountPath, this.folderOf(mount.name))
      : value.replace(/^0\.0\.0\.0:/, `${this.ip}:`);
  }

  private folderOf(name: string): string {
    const { secret } = this.spec.volumes.find((volume: { name: string }) => volume.name === name);
    return secret ? this.surroundings.secretFolder(secret.secretName) : join(this.#folder, name);
  }
}
