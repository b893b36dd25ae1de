import { betaCdf, betaQuantile, chiSquaredTail, logBetaDensity } from './special-functions.js';

/** What became of the messages of one variant. */
export interface Arm {
  readonly trials: number;
  /** Of the trials. */
  readonly successes: number;
}

/** What is believed of a variant's rate, given what was seen and no opinion before. */
export interface Belief {
  readonly mean: number;
  /** 95 % of the belief lie between these two. */
  readonly low: number;
  readonly high: number;
  readonly probabilityBest: number;
  /** How much the rate of the best variant is above this one's, as a rule: what choosing it costs. */
  readonly expectedLoss: number;
}

/** Simpson's rule needs an even number of steps; so many are right to about 9 digits for what is 18 deviations wide. */
const STEPS = 1_000;
const DEVIATIONS = 9;

interface Beta {
  readonly a: number;
  readonly b: number;
}

const posterior = ({ trials, successes }: Arm): Beta => ({ a: 1 + successes, b: 1 + trials - successes });
const meanOf = ({ a, b }: Beta) => a / (a + b);
const deviationOf = ({ a, b }: Beta) => Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)));

/** Beta-binomial beliefs about all variants, by numerical integration: the same numbers give the same answer. */
export function beliefs(arms: readonly Arm[]): Belief[] {
  const betas = arms.map(posterior);
  const best = betas.map(probabilityBest);
  const total = best.reduce((sum, probability) => sum + probability, 0);
  const bestRate = expectedMaximum(betas);
  return betas.map((beta, index) => ({
    mean: meanOf(beta),
    low: betaQuantile(0.025, beta.a, beta.b),
    high: betaQuantile(0.975, beta.a, beta.b),
    probabilityBest: best[index]! / total,
    expectedLoss: Math.max(0, bestRate - meanOf(beta)),
  }));
}

function probabilityBest(beta: Beta, index: number, all: readonly Beta[]): number {
  const from = Math.max(0, meanOf(beta) - DEVIATIONS * deviationOf(beta));
  const to = Math.min(1, meanOf(beta) + DEVIATIONS * deviationOf(beta));
  return simpson(from, to, (x) => {
    const density = Math.exp(logBetaDensity(Math.min(Math.max(x, 1e-300), 1 - 1e-16), beta.a, beta.b));
    return all.reduce((product, { a, b }, other) => (other === index ? product : product * betaCdf(x, a, b)), density);
  });
}

/** Of the largest of some rates: the integral of how likely it is above each x. */
function expectedMaximum(betas: readonly Beta[]): number {
  const from = Math.max(0, Math.max(...betas.map((beta) => meanOf(beta) - DEVIATIONS * deviationOf(beta))));
  const to = Math.min(1, Math.max(...betas.map((beta) => meanOf(beta) + DEVIATIONS * deviationOf(beta))));
  return from + simpson(from, to, (x) => 1 - betas.reduce((product, { a, b }) => product * betaCdf(x, a, b), 1));
}

function simpson(from: number, to: number, f: (x: number) => number): number {
  const step = (to - from) / STEPS;
  let sum = f(from) + f(to);
  for (let index = 1; index < STEPS; index += 1) sum += (index % 2 === 1 ? 4 : 2) * f(from + index * step);
  return (sum * step) / 3;
}

/** How much better one variant is than the control, as an always-valid test sees it. */
export interface Difference {
  /** The variant's rate minus the control's. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /**
   * At most this likely where there is no difference, however often, and whenever, somebody looks: look as you like, and stop
   * when it is small enough.
   */
  readonly alwaysValidP: number;
}

/** How large differences are expected to be, as a standard deviation: the test is at its sharpest for those. */
const MIXING_VARIANCE = 0.02 ** 2;

/**
 * The mixture sequential probability ratio test of two rates, with a normal mixture.
 * @param alpha one minus the confidence of the interval
 */
export function compare(control: Arm, variant: Arm, alpha = 0.05): Difference {
  if (control.trials === 0 || variant.trials === 0) return { difference: 0, low: -1, high: 1, alwaysValidP: 1 };
  const rate = ({ successes, trials }: Arm) => successes / trials;
  // With none or all, the plain estimate would claim to know everything.
  const spread = ({ successes, trials }: Arm) => {
    const p = (successes + 1) / (trials + 2);
    return (p * (1 - p)) / trials;
  };
  const difference = rate(variant) - rate(control);
  const variance = spread(control) + spread(variant);
  const sum = variance + MIXING_VARIANCE;
  const logRatio = 0.5 * Math.log(variance / sum) + (MIXING_VARIANCE * difference ** 2) / (2 * variance * sum);
  const width = Math.sqrt(((variance * sum) / MIXING_VARIANCE) * (2 * Math.log(1 / alpha) + Math.log(sum / variance)));
  return {
    difference,
    low: Math.max(-1, difference - width),
    high: Math.min(1, difference + width),
    alwaysValidP: Math.min(1, Math.exp(-logRatio)),
  };
}

/** How likely a split at least this far from the weights is by chance: nearly never means that the assignment is broken. */
export function sampleRatioP(counts: readonly number[], weights: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const weight = weights.reduce((sum, one) => sum + one, 0);
  if (total === 0 || counts.length < 2) return 1;
  const statistic = counts.reduce((sum, count, index) => {
    const expected = (total * weights[index]!) / weight;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return chiSquaredTail(statistic, counts.length - 1);
}
