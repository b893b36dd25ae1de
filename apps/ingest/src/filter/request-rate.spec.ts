import fc from 'fast-check';
import { RequestRate } from './request-rate.js';

describe('the rate of requests', () => {
  it('is without a limit where that is 0', () => {
    const rate = new RequestRate(0, 0);
    for (let count = 0; count < 1_000; count++) expect(rate.take(0)).toBe(true);
  });

  it('lets ten seconds’ worth through at once, and then as many as time brings', () => {
    const rate = new RequestRate(2, 0);
    const taken = (nowMs: number) => Array.from({ length: 30 }, () => rate.take(nowMs)).filter(Boolean).length;
    expect([taken(0), taken(499), taken(500), taken(1_500), taken(1e9)]).toEqual([20, 0, 1, 2, 20]);
  });

  it('never lets more through than the burst and what time brings', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(3_000)), (perSecond, pauses) => {
        const rate = new RequestRate(perSecond, 0);
        let [nowMs, taken] = [0, 0];
        for (const pause of pauses) {
          nowMs += pause;
          for (let tries = 0; tries < 20; tries++) if (rate.take(nowMs)) taken++;
        }
        expect(taken).toBeLessThanOrEqual(perSecond * 10 + (nowMs / 1_000) * perSecond + 1e-6);
      }),
    ));
});
