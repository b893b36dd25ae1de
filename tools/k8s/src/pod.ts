import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type KubernetesObject, ofKind } from './render.js';
import { ROOT } from './root.js';

/** What a cluster would give a pod, on this machine. */
export interface Surroundings {
  /** The port of this machine that stands for a pod's. */
  portOf(deployment: string, port: string): number;
  /** The value of a secret's key. */
  secret(name: string, key: string): string;
  /** Where a volume of a pod is. */
  folderOf(deployment: string, volume: string): string;
  /** Settings of what is not here, such as NATS. */
  readonly instead: Readonly<Record<string, string>>;
}

interface Container {
  readonly args: string[];
  readonly env?: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
  readonly envFrom?: { configMapRef: { name: string } }[];
  readonly ports?: { name: string; containerPort: number }[];
  readonly volumeMounts?: { name: string; mountPath: string }[];
}

interface Probe {
  readonly httpGet: { path: string; port: string };
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

/** What the image runs: the Dockerfile's entry point, but for Node itself. */
const ENTRYPOINT = (
  JSON.parse(/^ENTRYPOINT (.*)$/m.exec(readFileSync(join(ROOT, 'tools/docker/Dockerfile'), 'utf8'))![1]!) as string[]
).slice(1);

/**
 * A pod of a Deployment as processes of this machine: its commands, environment and probes, exactly as rendered, but for
 * addresses, which are those of this machine.
 */
export class Pod {
  #process: ChildProcess | undefined;
  #said = '';

  constructor(
    private readonly deployment: KubernetesObject,
    private readonly objects: readonly KubernetesObject[],
    private readonly surroundings: Surroundings,
  ) {}

  get name(): string {
    return this.deployment.metadata.name;
  }

  /** What its containers have said. */
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
    return `http://127.0.0.1:${this.surroundings.portOf(this.name, port)}${path}`;
  }

  /** Ends it as Kubernetes does: SIGTERM, and after the grace period SIGKILL. @returns its exit code; null where it was killed */
  async stop(): Promise<number | null> {
    const running = this.#process;
    if (!running || running.exitCode !== null) return running?.exitCode ?? null;
    const exit = once(running, 'exit');
    running.kill('SIGTERM');
    const patience = setTimeout(() => running.kill('SIGKILL'), this.spec.terminationGracePeriodSeconds * 1_000);
    const [code] = (await exit) as [number | null];
    clearTimeout(patience);
    return code;
  }

  private get spec() {
    return this.deployment.spec.template.spec;
  }

  private get container(): Container {
    return this.spec.containers[0];
  }

  private probe(name: string): Probe {
    return (this.container as unknown as Record<string, Probe>)[name]!;
  }

  private run(container: Container): ChildProcess {
    const service = this.deployment.spec.template.metadata.labels['app.kubernetes.io/name'];
    const env = { ...this.environmentOf(container), PATH: process.env.PATH };
    const child = spawn(process.execPath, [...ENTRYPOINT, ...container.args], {
      cwd: join(ROOT, 'apps', service),
      env,
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

  /** A value with this machine's ports and folders in it. */
  private here(value: string, mounts: readonly { name: string; mountPath: string }[]): string {
    const mount = mounts.find(({ mountPath }) => value === mountPath || value.startsWith(`${mountPath}/`));
    if (mount) return value.replace(mount.mountPath, this.surroundings.folderOf(this.name, mount.name));
    return value
      .replace(/^dns:\/\/\/([a-z]+):50051$/, (_, other) => `127.0.0.1:${this.surroundings.portOf(other, 'grpc')}`)
      .replace(/^0\.0\.0\.0:(\d+)$/, (_, port) => {
        const { name } = this.container.ports!.find(({ containerPort }) => containerPort === Number(port))!;
        return `127.0.0.1:${this.surroundings.portOf(this.name, name)}`;
      });
  }
}
