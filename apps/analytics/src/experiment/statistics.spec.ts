import fc from 'fast-check';
import { betaCdf, betaQuantile, chiSquaredTail, gammaQ, logGamma } from './special-functions.js';
import { type Arm, beliefs, compare, sampleRatioP } from './statistics.js';

/** Numbers that look random and are the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const arm = fc
  .tuple(fc.integer({ min: 0, max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([trials, share]): Arm => ({ trials, successes: Math.floor(trials * share) }));

describe('special functions', () => {
  it('log gamma is the logarithm of the factorial', () => {
    let logFactorial = 0;
    for (let n = 1; n < 500; n += 1) {
      expect(logGamma(n)).toBeCloseTo(logFactorial, 9);
      logFactorial += Math.log(n);
    }
  });

  it('the beta distribution is a tail of the binomial one', () => {
    const small = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(small, small, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (a, b, x) => {
        const n = a + b - 1;
        let tail = 0;
        for (let k = a; k <= n; k += 1) {
          const logChoose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
          tail += Math.exp(logChoose + k * Math.log(x) + (n - k) * Math.log1p(-x));
        }
        expect(betaCdf(x, a, b)).toBeCloseTo(tail, 10);
      }),
    );
  });

  it('quantiles undo probabilities, also for millions', () => {
    for (const [a, b] of [
      [1, 1],
      [3, 500],
      [40_001, 960_001],
      [5e7, 5e7],
    ] as const) {
      for (const p of [0.025, 0.5, 0.975]) expect(betaCdf(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 6);
    }
  });

  it('chi squared with an even number of degrees is a tail of the Poisson distribution', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (half, x) => {
        let tail = 0;
        for (let k = 0; k < half; k += 1) tail += Math.exp(-x / 2 + k * Math.log(x / 2) - logGamma(k + 1));
        expect(chiSquaredTail(x, half * 2)).toBeCloseTo(tail, 10);
      }),
    );
    expect(gammaQ(0.5, 1.920729410347062)).toBeCloseTo(0.05, 9); // the 1.96 of everybody's tables
  });
});

describe('beliefs', () => {
  it('are those of a simulation', () => {
    const next = random(42);
    /** A gamma variate of whole shape, as a sum of exponentials. */
    const gamma = (shape: number) => {
      let sum = 0;
      for (let index = 0; index < shape; index += 1) sum -= Math.log(1 - next());
      return sum;
    };
    const arms = [
      { trials: 60, successes: 6 },
      { trials: 50, successes: 9 },
      { trials: 20, successes: 1 },
    ];
    const rounds = 20_000;
    const best = arms.map(() => 0);
    const loss = arms.map(() => 0);
    for (let round = 0; round < rounds; round += 1) {
      const rates = arms.map(({ trials, successes }) => {
        const [one, other] = [gamma(1 + successes), gamma(1 + trials - successes)];
        return one / (one + other);
      });
      const top = Math.max(...rates);
      best[rates.indexOf(top)]! += 1 / rounds;
      for (const [index, rate] of rates.entries()) loss[index]! += (top - rate) / rounds;
    }
    for (const [index, { probabilityBest, expectedLoss }] of beliefs(arms).entries()) {
      expect(Math.abs(probabilityBest - best[index]!)).toBeLessThan(0.015);
      expect(Math.abs(expectedLoss - loss[index]!)).toBeLessThan(0.002);
    }
  });

  it('are probabilities, do not depend on the order, and prefer more successes', () => {
    fc.assert(
      fc.property(fc.array(arm, { minLength: 2, maxLength: 4 }), (arms) => {
        const believed = beliefs(arms);
        expect(believed.reduce((sum, { probabilityBest }) => sum + probabilityBest, 0)).toBeCloseTo(1, 9);
        for (const { low, mean, high, probabilityBest, expectedLoss } of believed) {
          expect(low).toBeLessThanOrEqual(mean);
          expect(mean).toBeLessThanOrEqual(high);
          for (const number of [low, high, probabilityBest, expectedLoss]) {
            expect(number).toBeGreaterThanOrEqual(0);
            expect(number).toBeLessThanOrEqual(1);
          }
        }
        const reversed = beliefs([...arms].reverse()).reverse();
        for (const [index, { probabilityBest }] of reversed.entries()) {
          expect(probabilityBest).toBeCloseTo(believed[index]!.probabilityBest, 6);
        }
      }),
      { numRuns: 6 },
    );
    const [worse, better] = beliefs([
      { trials: 1_000_000, successes: 30_000 },
      { trials: 1_000_000, successes: 31_000 },
    ]);
    expect(better!.probabilityBest).toBeGreaterThan(0.9999);
    expect(worse!.expectedLoss).toBeCloseTo(0.001, 5);
  });
});

describe('the always-valid test', () => {
  it('cries wolf in fewer than 5 % of experiments without a difference, however often one looks', () => {
    const next = random(7);
    let alarms = 0;
    const experiments = 300;
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const counts = [0, 0];
      for (let trials = 1; trials <= 2_000; trials += 1) {
        for (const side of [0, 1]) if (next() < 0.1) counts[side]! += 1;
        if (trials < 100 || trials % 10 !== 0) continue;
        const [control, variant] = counts.map((successes) => ({ trials, successes })) as [Arm, Arm];
        if (compare(control, variant).alwaysValidP < 0.05) {
          alarms += 1;
          break;
        }
      }
    }
    expect(alarms / experiments).toBeLessThan(0.05);
  });

  it('finds a difference that is there', () => {
    const { alwaysValidP, low } = compare({ trials: 5_000, successes: 250 }, { trials: 5_000, successes: 400 });
    expect(alwaysValidP).toBeLessThan(0.001);
    expect(low).toBeGreaterThan(0);
  });

  it('says by its interval what it says by its p, and the same of both sides', () => {
    fc.assert(
      fc.property(arm, arm, (control, variant) => {
        const { low, high, difference, alwaysValidP } = compare(control, variant);
        expect(low <= difference && difference <= high).toBe(true);
        expect(low > 0 || high < 0).toBe(alwaysValidP < 0.05);
        const other = compare(variant, control);
        expect(other.difference).toBeCloseTo(-difference, 12);
        expect(other.alwaysValidP).toBeCloseTo(alwaysValidP, 12);
      }),
    );
  });
});

describe('the sample ratio', () => {
  it('is likely where it is as it should be, and not where it is not', () => {
    expect(sampleRatioP([500, 500], [1, 1])).toBe(1);
    expect(sampleRatioP([750, 250], [3, 1])).toBe(1);
    expect(sampleRatioP([5_300, 4_700], [1, 1])).toBeLessThan(1e-6);
    expect(sampleRatioP([0, 0], [1, 1])).toBe(1);
    expect(sampleRatioP([12], [1])).toBe(1);
  });

  it('of two is the square of a normal deviate', () => {
    // 1.959964 deviations of a fair coin thrown 10,000 times
    const off = (1.959963984540054 * 100) / 2;
    expect(sampleRatioP([5_000 + off, 5_000 - off], [1, 1])).toBeCloseTo(0.05, 9);
  });
});
