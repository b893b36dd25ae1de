import { Provider } from '@kelp/contract-event';
import { adapterOf } from '../providers/providers.js';
import { metrics } from './metrics.js';

/** Since when a connection's requests are refused, and from when on that loses events. */
export interface Risk {
  readonly refusingSince: Date;
  /** Absent where the provider does not say for how long it repeats a request. */
  readonly discardsFrom: Date | undefined;
}

interface AtRisk extends Risk {
  readonly provider: Provider;
}

/**
 * How long until a provider starts to throw events away, for each connection whose requests are refused. The clock of a
 * connection starts with the first refusal, and stops with the next request that is accepted: from then on, the provider
 * gets through what it repeats. It knows what this process has seen.
 */
export class RiskClock {
  /** By the connection's UUID; only those at risk. */
  readonly #atRisk = new Map<string, AtRisk>();

  /** @param nowMs when it was refused */
  refused(connectionId: string, provider: Provider, nowMs: number): void {
    if (this.#atRisk.has(connectionId)) return;
    const patienceMs = adapterOf(provider)?.patienceMs;
    const discardsFrom = patienceMs === undefined ? undefined : new Date(nowMs + patienceMs);
    this.#atRisk.set(connectionId, { provider, refusingSince: new Date(nowMs), discardsFrom });
    this.show(provider);
  }

  accepted(connectionId: string): void {
    const risk = this.#atRisk.get(connectionId);
    if (!risk) return;
    this.#atRisk.delete(connectionId);
    this.show(risk.provider);
  }

  /** @returns undefined where all is well */
  of(connectionId: string): Risk | undefined {
    return this.#atRisk.get(connectionId);
  }

  /** The earliest one of each provider, since the number of connections has no bound. */
  private show(provider: Provider): void {
    const times = [...this.#atRisk.values()]
      .filter((risk) => risk.provider === provider)
      .flatMap(({ discardsFrom }) => (discardsFrom ? [discardsFrom.getTime() / 1000] : []));
    metrics.discardsFrom.set({ provider: Provider[provider] }, times.length > 0 ? Math.min(...times) : 0);
  }
}
