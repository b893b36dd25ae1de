import { type ContractUsage, UsageContract } from '@kelp/contract-usage';
import { gauge } from '@kelp/telemetry';
import type { Call } from '../call.js';
import type { Contract } from '../contract.js';
import { type Release, releaseIn, releaseText } from '../metadata.js';
import type { AnyHandler } from './served-rpc.js';

/** A caller may claim any hash: without a bound, one could take all memory. */
const USES_MAX = 1_000;
/** How often the metric follows a caller that goes on calling. */
const METRIC_MS = 10_000;

const lastUse = gauge(
  'kelp_rpc_contract_last_use_seconds',
  'When a caller last used a service with a version of its contract, in seconds since 1970.',
  ['service', 'caller', 'version', 'hash'],
);

const keyOf = (service: string, caller: string, said: string) => `${service} ${caller} ${said}`;

interface Use {
  readonly service: string;
  readonly caller: string;
  readonly version: string;
  readonly hash: string;
  readonly methods: Set<string>;
  lastMs: number;
  shownMs: number;
}

/** `kelp.usage.v1.UsageService`: who has called, and from which version of the contract each was built. */
export class ContractUses {
  readonly #since = new Date();
  readonly #uses = new Map<string, Use>();
  #unrecorded = 0n;

  /** Takes note of a call that is allowed. */
  record(service: string, method: string, { caller, metadata }: Pick<Call, 'caller' | 'metadata'>): void {
    const said = releaseText(metadata);
    const use = this.#uses.get(keyOf(service, caller, said)) ?? this.useOf(service, caller, releaseIn(said));
    if (!use) {
      this.#unrecorded++;
      return;
    }
    use.methods.add(method);
    use.lastMs = Date.now();
    if (use.lastMs - use.shownMs < METRIC_MS) return;
    use.shownMs = use.lastMs;
    lastUse.set({ service, caller, version: use.version, hash: use.hash }, use.lastMs / 1000);
  }

  /** The record of a caller and a version; undefined where there is no room for it. */
  private useOf(service: string, caller: string, release: Release | undefined): Use | undefined {
    const key = keyOf(service, caller, release ? `${release.version} ${release.hash}` : '');
    const known = this.#uses.get(key);
    if (known || this.#uses.size >= USES_MAX) return known;
    const use = {
      service,
      caller,
      version: '',
      hash: '',
      ...release,
      methods: new Set<string>(),
      lastMs: 0,
      shownMs: 0,
    };
    this.#uses.set(key, use);
    return use;
  }

  usage(): ContractUsage {
    const uses = [...this.#uses.values()].map(({ methods, lastMs, shownMs: _, ...use }) => ({
      ...use,
      methods: [...methods].sort(),
      lastUseTime: new Date(lastMs),
    }));
    return { recordingSinceTime: this.#since, uses, unrecordedCalls: this.#unrecorded };
  }

  /** The contract and its handlers, for the transport to serve beside these contracts. */
  service(contracts: readonly Contract[]) {
    const releases = contracts.flatMap(({ definition, release }) =>
      release ? [{ service: definition.fullName, ...release }] : [],
    );
    const handlers: Record<string, AnyHandler> = {
      getContractUsage: () => this.usage(),
      getContractReleases: () => ({ releases }),
    };
    return { contract: UsageContract, handlers };
  }
}
