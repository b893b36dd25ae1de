import { summaryLine } from './summary-line.js';

const progress = {
  posted: 1_200,
  received: 1_200,
  kept: 60,
  dead: 0,
  dropped: { type: 800, template: 340, other: 0 },
  requests: { accepted: 6 },
  stored: 55,
  lagMs: 12,
};

describe('the summary', () => {
  it('says what was posted, verified, dropped and why, kept and stored, and how far behind the store is', () => {
    expect(summaryLine(progress, 50_000)).toBe(
      'posted 1,200 of 50,000 · verified 1,200 · dropped 1,140 (type 800, template 340) · kept 60 · stored 55 · lag 12 ms',
    );
  });

  it('speaks of dead letters only where there are some', () => {
    expect(summaryLine({ ...progress, dead: 2 }, 50_000)).toContain(' · dead letters 2 · ');
  });
});
