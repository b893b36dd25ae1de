import type { Report } from '@kelp/contract-ingest';
import { ReportTotals } from './report-totals.js';

const report = (process: number, received: bigint, dropped: Record<string, bigint>): Report => ({
  startTime: new Date(process),
  requests: { accepted: received / 10n },
  eventsReceived: received,
  eventsDropped: dropped,
  eventsKept: received / 20n,
  eventsDead: 0n,
  eventsForwarded: 0n,
  queueDepth: 0n,
  queueAgeMs: 0n,
  connectionsKnown: 1n,
  templatesKnown: 1n,
  refusingSince: undefined,
  discardsFrom: undefined,
});

describe('the totals of reports', () => {
  it('leave out what was counted before', () => {
    const totals = new ReportTotals(report(1, 100n, { type: 90n }));
    totals.add(report(1, 300n, { type: 250n, template: 20n }));
    expect(totals.totals).toMatchObject({ received: 200, kept: 10, dropped: { type: 160, template: 20 } });
    expect(totals.totals.requests).toEqual({ accepted: 20 });
  });

  it('go on when a new process begins at nothing', () => {
    const totals = new ReportTotals(report(1, 100n, {}));
    totals.add(report(1, 200n, {}));
    totals.add(report(2, 40n, { type: 30n }));
    totals.add(report(2, 60n, { type: 45n }));
    expect(totals.totals).toMatchObject({ received: 160, dropped: { type: 45 } });
  });
});
