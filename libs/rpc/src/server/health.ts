import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthContract,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '@kelp/contract-grpc';
import { Code, StatusError } from '@kelp/status';
import type { Call } from '../call.js';
import type { AnyHandler } from './served-rpc.js';

/** What Kubernetes' probes ask for, besides the services by their full names and the whole server by an empty name. */
const STARTUP = 'startup';
const READINESS = 'readiness';
const LIVENESS = 'liveness';

/** `grpc.health.v1.Health`: what the server can do at the moment. */
export class Health {
  readonly #serving = new Map<string, boolean>([
    ['', true],
    [STARTUP, true],
    [READINESS, true],
    [LIVENESS, true],
  ]);
  readonly #watchers = new Set<() => void>();

  /** Knows another service, which can do its work. */
  add(service: string): void {
    this.set(service, true);
  }

  /** Whether the process does useful work at the moment. */
  get isReady(): boolean {
    return this.#serving.get(READINESS) === true;
  }

  /** Says that the process can or cannot do useful work at the moment: everything but its start and its life. */
  setReady(ready: boolean): void {
    for (const service of this.#serving.keys())
      if (service !== STARTUP && service !== LIVENESS) this.set(service, ready);
  }

  /** Tells everybody to look elsewhere: the process lives, but not for long. */
  drain(): void {
    this.setReady(false);
  }

  private set(service: string, serving: boolean): void {
    this.#serving.set(service, serving);
    for (const notify of this.#watchers) notify();
  }

  private status(service: string): ServingStatus {
    const serving = this.#serving.get(service);
    if (serving === undefined) return ServingStatus.SERVICE_UNKNOWN;
    return serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }

  /** The contract and its handlers, for the transport to serve. */
  service() {
    const handlers: Record<string, AnyHandler> = {
      check: (request) => this.check(request as HealthCheckRequest),
      watch: (request, call) => this.watch(request as HealthCheckRequest, call),
    };
    return { contract: HealthContract, handlers };
  }

  private check({ service }: HealthCheckRequest): HealthCheckResponse {
    const status = this.status(service);
    if (status === ServingStatus.SERVICE_UNKNOWN)
      throw new StatusError(Code.NOT_FOUND, '', `There is no service "${service}" here.`, '');
    return { status };
  }

  private async *watch({ service }: HealthCheckRequest, call: Call): AsyncIterable<HealthCheckResponse> {
    const ended = AbortSignal.any([call.signal, call.draining]);
    let last: ServingStatus | undefined;
    let wake: () => void = () => {};
    const notify = () => wake();
    this.#watchers.add(notify);
    ended.addEventListener('abort', notify, { once: true });
    try {
      for (;;) {
        const changed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const status = this.status(service);
        if (status !== last) yield { status };
        last = status;
        if (ended.aborted) return;
        if (status === this.status(service)) await changed;
      }
    } finally {
      this.#watchers.delete(notify);
      ended.removeEventListener('abort', notify);
    }
  }
}
