import type { AccessChange, Permission } from '@kelp/contract-account';
import { type WatchFrame, type WatchOptions, watch } from '@kelp/rpc';
import { AccessGraph } from './access-graph.js';

/** Facts, from wherever they are heard of. */
export interface AccessSource {
  /** What is known now. Another object after a snapshot: ask anew for each answer. */
  readonly graph: AccessGraph;
  /** Whether what is known may be relied on. */
  readonly isFresh: boolean;
}

export interface AccessCacheOptions {
  /** Opens the stream, such as `(requests, options) => access.watchAccess(requests, options)`. */
  readonly open: WatchOptions<AccessChange>['open'];
  /** For how long what is known is relied on while the account service is away, in milliseconds: 5 minutes. */
  readonly staleMsMax?: number;
  /** Hears of each failure that led to a reconnect. */
  readonly onReconnect?: WatchOptions<AccessChange>['onReconnect'];
}

const STALE_MS_MAX = 5 * 60_000;

/** Who may do what, in the caller's memory: kept true by a watch stream, so that a check costs no call. */
export class AccessCache implements AccessSource {
  #graph = new AccessGraph();
  /** A snapshot that is not complete yet. */
  #next: AccessGraph | undefined;
  #isSynced = false;
  #lostAt: number | undefined;
  readonly #watching;
  readonly #staleMsMax: number;

  constructor({ open, staleMsMax = STALE_MS_MAX, onReconnect }: AccessCacheOptions) {
    this.#staleMsMax = staleMsMax;
    this.#watching = watch<AccessChange>({
      open,
      apply: async (frame) => this.take(frame),
      onReconnect: (error) => {
        this.#lostAt ??= Date.now();
        onReconnect?.(error);
      },
    });
  }

  get graph(): AccessGraph {
    return this.#graph;
  }

  get isFresh(): boolean {
    return this.#isSynced && (this.#lostAt === undefined || Date.now() - this.#lostAt <= this.#staleMsMax);
  }

  /** Resolves when everything is known for the first time. */
  get synced(): Promise<void> {
    return this.#watching.synced;
  }

  /** Whether somebody may do something with a resource. */
  check(principal: string, permission: Permission, resource: string): boolean {
    return this.#graph.check(principal, permission, resource);
  }

  async close(): Promise<void> {
    await this.#watching.close();
  }

  private take({ items, reset, synced }: WatchFrame<AccessChange>): void {
    if (reset) this.#next = new AccessGraph();
    const graph = this.#next ?? this.#graph;
    for (const change of items) graph.apply(change);
    if (!synced) return;
    // Only a whole snapshot takes the place of what was known.
    this.#graph = graph;
    this.#next = undefined;
    this.#isSynced = true;
    this.#lostAt = undefined;
  }
}
