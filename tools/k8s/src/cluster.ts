import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '@kelp/testing';
import { Pod, type Surroundings } from './pod.js';
import { type KubernetesObject, ofKind } from './render.js';

/** How long it takes until everybody has heard which pods a Service has. */
const PROPAGATION_MS = 1_000;

/**
 * The pods of rendered manifests as processes of this machine, and what Kubernetes does with them: it asks their probes,
 * tells of those that are ready under the names of Services, replaces them as their Deployment's strategy says, and ends
 * them.
 */
export class Cluster {
  readonly #pods = new Map<string, Pod[]>();
  readonly #ready = new Set<Pod>();
  /** The pods behind each Service, as far as it has got about. */
  readonly #published = new Map<string, readonly Pod[]>();
  readonly #turns = new Map<string, number>();
  #addresses = 0;
  #isOpen = true;

  constructor(
    private readonly objects: readonly KubernetesObject[],
    private readonly surroundings: Surroundings,
  ) {
    this.publish();
  }

  get deployments(): readonly string[] {
    return ofKind(this.objects, 'Deployment').map(({ metadata }) => metadata.name);
  }

  /** The pods of a Deployment that are not told to end. */
  podsOf(deployment: string): readonly Pod[] {
    return this.#pods.get(deployment) ?? [];
  }

  get pods(): readonly Pod[] {
    return [...this.#pods.values()].flat();
  }

  /** Where a Service sends the next connection, which goes round. */
  endpoint(service: string): Endpoint | undefined {
    const pods = this.#published.get(service) ?? [];
    const turn = this.#turns.get(service) ?? 0;
    this.#turns.set(service, turn + 1);
    const pod = pods[turn % pods.length];
    const [{ targetPort }] = ofKind(this.objects, 'Service').find(({ metadata }) => metadata.name === service)!.spec
      .ports;
    return pod && { host: pod.ip, port: pod.portOf(targetPort)! };
  }

  /** Adds a pod to a Deployment, and waits until it is ready. @throws where it does not become ready */
  async add(deployment: string): Promise<Pod> {
    const manifest = ofKind(this.objects, 'Deployment').find(({ metadata }) => metadata.name === deployment)!;
    const pod = new Pod(manifest, this.nextAddress(), this.objects, this.surroundings);
    this.#pods.set(deployment, [...this.podsOf(deployment), pod]);
    await pod.start();
    void this.watch(pod);
    // An edge is ready only once account and template let it watch: by the call map, over mutual TLS.
    await pod.passes('readinessProbe', 30);
    return pod;
  }

  /** Takes a pod out of its Services, and ends it. @returns its exit code; null where its grace period was over before */
  remove(pod: Pod): Promise<number | null> {
    this.#pods.set(
      pod.name,
      this.podsOf(pod.name).filter((each) => each !== pod),
    );
    this.tell(pod, false);
    return pod.stop();
  }

  /** Replaces every pod of a Deployment as its strategy says. @returns the exit codes of the old ones */
  async roll(deployment: string): Promise<(number | null)[]> {
    const { minReadySeconds, strategy } = ofKind(this.objects, 'Deployment').find(
      ({ metadata }) => metadata.name === deployment,
    )!.spec;
    if (strategy.rollingUpdate.maxUnavailable !== 0)
      throw new Error(`${deployment} may have fewer pods than it needs.`);
    const ending: Promise<number | null>[] = [];
    for (const old of this.podsOf(deployment)) {
      await this.add(deployment);
      await sleep(minReadySeconds * 1_000);
      ending.push(this.remove(old));
    }
    return Promise.all(ending);
  }

  /** Ends everything at once, without grace. */
  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.all(this.pods.map((pod) => pod.kill()));
  }

  /** Asks the readiness probe as long as the pod is kept. */
  private async watch(pod: Pod): Promise<void> {
    const { periodSeconds = 10, failureThreshold = 3 } = pod.probe('readinessProbe');
    const isKept = () => this.#isOpen && this.podsOf(pod.name).includes(pod);
    for (let failures = 0; isKept(); await sleep(periodSeconds * 1_000, undefined, { ref: false })) {
      failures = (await pod.ask('readinessProbe')) === 200 ? 0 : failures + 1;
      if (!isKept()) return;
      if (failures === 0) this.tell(pod, true);
      else if (failures >= failureThreshold) this.tell(pod, false);
    }
  }

  private tell(pod: Pod, isReady: boolean): void {
    if (this.#ready.has(pod) === isReady) return;
    if (isReady) this.#ready.add(pod);
    else this.#ready.delete(pod);
    setTimeout(() => this.publish(), PROPAGATION_MS).unref();
  }

  private publish(): void {
    if (!this.#isOpen) return;
    const services = ofKind(this.objects, 'Service').map(({ metadata: { name }, spec: { selector } }) => {
      const isBehind = ({ labels }: Pod) => Object.entries(selector).every(([key, value]) => labels[key] === value);
      return [name, [...this.#ready].filter(isBehind)] as const;
    });
    for (const [name, pods] of services) this.#published.set(name, pods);
    const names = Object.fromEntries(services.map(([name, pods]) => [name, pods.map(({ ip }) => ip)]));
    writeFileSync(this.surroundings.names, JSON.stringify(names));
  }

  /** All of 127.0.0.0/8 is this machine; runs of other tests are likely to take others of it. */
  private nextAddress(): string {
    return `127.${1 + (process.pid % 250)}.${1 + (Math.floor(process.pid / 250) % 250)}.${++this.#addresses}`;
  }
}
