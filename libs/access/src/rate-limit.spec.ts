import fc from 'fast-check';
import { RateLimit } from './rate-limit.js';

describe('a limit of calls', () => {
  it("lets a minute's calls come at once, and then says how long to wait", () => {
    const limit = new RateLimit();
    for (let call = 0; call < 60; call++) expect(limit.take('a', 60, 0)).toBe(0);
    expect(limit.take('a', 60, 0)).toBe(1_000);
    expect(limit.take('b', 60, 0)).toBe(0);
    expect(limit.take('a', 60, 1_000)).toBe(0);
    expect(limit.take('a', 60, 1_000)).toBe(1_000);
  });

  it('is none where there is none', () => {
    const limit = new RateLimit();
    for (let call = 0; call < 1_000; call++) expect(limit.take('a', 0, 0)).toBe(0);
  });

  it('never lets through more than twice the limit in a minute, and always what it says after the wait', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.nat(2_000), { minLength: 1, maxLength: 300 }),
        (callsPerMinute, pauses) => {
          const limit = new RateLimit();
          const passed: number[] = [];
          let now = 0;
          for (const pause of pauses) {
            now += pause;
            const waitMs = limit.take('a', callsPerMinute, now);
            if (waitMs === 0) passed.push(now);
            else {
              expect(waitMs).toBeLessThanOrEqual(Math.ceil(60_000 / callsPerMinute) + 1);
              now += waitMs;
              expect(limit.take('a', callsPerMinute, now)).toBe(0);
              passed.push(now);
            }
          }
          for (const start of passed) {
            const within = passed.filter((at) => at >= start && at < start + 60_000);
            expect(within.length).toBeLessThanOrEqual(2 * callsPerMinute + 1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
