import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@kelp/contract-ingest';
import type { Clients } from './clients.js';
import { countsOf, sum } from './counts.js';
import { ReportTotals, type Totals } from './report-totals.js';
import type { Demo } from './seed.js';

/** How a run stands. */
export interface Progress extends Totals {
  /** Events that were answered with 200. */
  posted: number;
  /** Kept events that can be queried. */
  stored: number;
  /** How long the oldest event has waited for the store, in milliseconds. */
  lagMs: number;
}

const POLL_MS = 200;

/** Looks at the services while traffic runs. */
export class Watch {
  readonly #totals: ReportTotals;
  #latest: Progress;

  constructor(
    private readonly clients: Clients,
    private readonly demo: Demo,
    start: Report,
    private readonly countedBefore: number,
  ) {
    this.#totals = new ReportTotals(start);
    this.#latest = { ...this.#totals.totals, posted: 0, stored: 0, lagMs: 0 };
  }

  /** Reports until it is stopped, and says then how it stood at the end. */
  follow(posted: () => number, onProgress: (progress: Progress) => void = () => {}) {
    const ending = new AbortController();
    const following = (async () => {
      for (let isLast = false; !isLast; ) {
        isLast = ending.signal.aborted;
        onProgress(await this.look(posted()));
        await sleep(POLL_MS, undefined, { signal: ending.signal }).catch(() => undefined);
      }
      return this.#latest;
    })();
    return {
      stop: () => {
        ending.abort();
        return following;
      },
    };
  }

  private async look(posted: number): Promise<Progress> {
    const { ingest, analytics } = this.clients;
    const [report, counts] = await Promise.all([
      ingest.getReport({}).catch(() => undefined),
      countsOf(analytics, this.demo.organization).catch(() => undefined),
    ]);
    if (report) this.#totals.add(report);
    this.#latest = {
      ...this.#totals.totals,
      posted,
      stored: counts ? sum(counts) - this.countedBefore : this.#latest.stored,
      lagMs: report ? Number(report.queueAgeMs) : this.#latest.lagMs,
    };
    return this.#latest;
  }
}
