import type { Report } from '@kelp/contract-ingest';

/** What became of webhooks since a moment, whatever process received them. */
export interface Totals {
  received: number;
  kept: number;
  dead: number;
  /** By reason. */
  dropped: Record<string, number>;
  /** Requests by outcome. */
  requests: Record<string, number>;
}

type Counters = Pick<Report, 'eventsReceived' | 'eventsKept' | 'eventsDead' | 'eventsDropped' | 'requests'>;

const NONE: Counters = { eventsReceived: 0n, eventsKept: 0n, eventsDead: 0n, eventsDropped: {}, requests: {} };

const increase = (total: Record<string, number>, from: Record<string, bigint>, to: Record<string, bigint>) => {
  for (const [reason, count] of Object.entries(to)) {
    total[reason] = (total[reason] ?? 0) + Number(count - (from[reason] ?? 0n));
  }
};

/** Adds up the reports of `ingest`, which begin anew with each of its processes. */
export class ReportTotals {
  readonly totals: Totals = { received: 0, kept: 0, dead: 0, dropped: {}, requests: {} };
  #latest: Report;

  /** @param start what was reported before the first thing that counts */
  constructor(start: Report) {
    this.#latest = start;
  }

  add(report: Report): void {
    const isSameProcess = report.startTime?.getTime() === this.#latest.startTime?.getTime();
    const from: Counters = isSameProcess ? this.#latest : NONE;
    const { totals } = this;
    totals.received += Number(report.eventsReceived - from.eventsReceived);
    totals.kept += Number(report.eventsKept - from.eventsKept);
    totals.dead += Number(report.eventsDead - from.eventsDead);
    increase(totals.dropped, from.eventsDropped, report.eventsDropped);
    increase(totals.requests, from.requests, report.requests);
    this.#latest = report;
  }
}
