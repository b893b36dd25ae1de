import { Conclusion, type Experiment, type ExperimentResults, type VariantResults } from '@kelp/contract-analytics';
import { type Arm, beliefs, compare, sampleRatioP } from './statistics.js';

/** What was counted for one variant. */
export interface Counted extends Arm {
  readonly assigned: number;
}

const ALPHA = 0.05;
const MISMATCH_P = 0.001;
/** With fewer successes than that no rate is known. */
const SUCCESSES_MIN = 5;

/** What follows from what was counted for each variant, in the order of the experiment. */
export function resultsOf(experiment: Experiment, counted: readonly Counted[]): ExperimentResults {
  const believed = beliefs(counted);
  const [control] = counted;
  const comparisons = counted.length - 1;
  const variants = experiment.variants.map(({ name }, index): VariantResults => {
    const { assigned, trials, successes } = counted[index]!;
    const { mean, low, high, probabilityBest, expectedLoss } = believed[index]!;
    // Several comparisons are several chances to be wrong.
    const against = index === 0 ? undefined : compare(control!, counted[index]!, ALPHA / comparisons);
    return {
      variant: name,
      assigned: BigInt(assigned),
      trials: BigInt(trials),
      successes: BigInt(successes),
      rate: mean,
      rateLow: low,
      rateHigh: high,
      probabilityBest,
      expectedLoss,
      difference: against?.difference ?? 0,
      differenceLow: against?.low ?? 0,
      differenceHigh: against?.high ?? 0,
      alwaysValidP: against ? Math.min(1, against.alwaysValidP * comparisons) : 1,
    };
  });
  const weights = experiment.variants.map(({ weight }) => weight);
  const assigned = counted.map((of) => of.assigned);
  const isAssigned = assigned.some((count) => count > 0);
  const sampleRatio = sampleRatioP(isAssigned ? assigned : counted.map(({ trials }) => trials), weights);
  return { experiment, sampleRatioP: sampleRatio, variants, ...conclude(experiment, variants, sampleRatio) };
}

function conclude(
  { trialsMin }: Experiment,
  variants: readonly VariantResults[],
  sampleRatio: number,
): Pick<ExperimentResults, 'conclusion' | 'winner'> {
  const none = (conclusion: Conclusion) => ({ conclusion, winner: '' });
  if (sampleRatio < MISMATCH_P) return none(Conclusion.SAMPLE_RATIO_MISMATCH);
  const isEarly = variants.some(({ trials }) => trials < trialsMin);
  if (isEarly || !variants.some(({ successes }) => successes >= SUCCESSES_MIN)) return none(Conclusion.TOO_EARLY);
  const [control, ...others] = variants;
  const winner = others.find(
    ({ difference, alwaysValidP, probabilityBest }) =>
      difference > 0 && alwaysValidP < ALPHA && probabilityBest >= 1 - ALPHA,
  );
  if (winner) return { conclusion: Conclusion.WINNER, winner: winner.variant };
  const isBeaten = others.every(({ difference, alwaysValidP }) => difference < 0 && alwaysValidP < ALPHA);
  return isBeaten
    ? { conclusion: Conclusion.CONTROL_WINS, winner: control!.variant }
    : none(Conclusion.NO_DIFFERENCE_YET);
}
