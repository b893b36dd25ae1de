import { Scaler, type ScalingRules } from './scaler.js';

/** Messages a second that come at a time. */
export type Load = (second: number) => number;

export interface Outcome {
  /** How often the number of pods changed. */
  readonly changes: number;
  /** How often it changed back within ten minutes. */
  readonly reversals: number;
  /** How long a message waited at the worst, in seconds. */
  readonly delaySeconds: number;
  readonly podsMax: number;
  /** How many pods there were on average: the price of not letting them go at once. */
  readonly podsMean: number;
}

const HOURS = 2;
const SYNC_SECONDS = 15;
/** A pod that is made forwards after that time. */
const START_SECONDS = 20;
const REVERSAL_SECONDS = 600;
/** The CPU that a pod uses at its full rate, in percent of its request: more is there to be used, as there is no limit. */
const CPU_AT_FULL_RATE = 130;

/** Lets a queue run full and empty under a load for two hours, with pods of a given rate behind the scaler. */
export function simulate(rules: ScalingRules, load: Load, ratePerPod: number): Outcome {
  const scaler = new Scaler(rules);
  const [changedAt, signs]: [number[], number[]] = [[], []];
  let starting: { pods: number; at: number }[] = [];
  let [pods, working, backlog, busy, delaySeconds] = [rules.min, rules.min, 0, 0, 0];
  let [podsMax, podSeconds, reversals] = [rules.min, 0, 0];
  for (let second = 0; second < HOURS * 3600; second++) {
    working += starting.filter(({ at }) => at <= second).reduce((sum, each) => sum + each.pods, 0);
    starting = starting.filter(({ at }) => at > second);
    backlog += load(second);
    podSeconds += pods;
    const done = Math.min(backlog, working * ratePerPod);
    backlog -= done;
    // Metrics are averages over the last quarter of a minute.
    busy += (done / (working * ratePerPod) - busy) / SYNC_SECONDS;
    delaySeconds = Math.max(delaySeconds, backlog / (working * ratePerPod));
    if (second % SYNC_SECONDS !== 0 || second === 0) continue;
    // What is being forwarded counts as well: about a quarter of a second of each pod's work.
    const next = scaler.next(second, pods, backlog + done * 0.25, busy * CPU_AT_FULL_RATE);
    if (next === pods) continue;
    const sign = Math.sign(next - pods);
    if (signs.at(-1) === -sign && second - changedAt.at(-1)! < REVERSAL_SECONDS) reversals++;
    changedAt.push(second);
    signs.push(sign);
    if (sign > 0) starting.push({ pods: next - pods, at: second + START_SECONDS });
    else {
      starting = [];
      working = next;
    }
    pods = next;
    podsMax = Math.max(podsMax, pods);
  }
  return {
    changes: changedAt.length,
    reversals,
    delaySeconds: Math.round(delaySeconds),
    podsMax,
    podsMean: Number((podSeconds / (HOURS * 3600)).toFixed(1)),
  };
}

/** A number from 0 to 1 that looks random, the same at every run. */
const noise = (n: number): number => {
  const x = Math.sin(n * 12.9898 + 78.233) * 43_758.5453;
  return x - Math.floor(x);
};

/** Days that a forwarder sees, in messages a second where one pod forwards `rate`. */
export const loads = (rate: number): Readonly<Record<string, Load>> => ({
  idle: () => 0.01 * rate,
  steady: () => 2.6 * rate,
  noisy: (second) => 2.6 * rate * (0.6 + 0.8 * noise(Math.floor(second / 5))),
  sine: (second) => rate * (3 + 2 * Math.sin((2 * Math.PI * second) / 2_400)),
  step: (second) => (second > 1_800 && second < 5_400 ? 5 : 1) * rate,
  'bursts of ten minutes': (second) => (second % 1_200 < 600 ? 4 : 0.5) * rate,
  'campaigns of one minute': (second) => (second % 900 < 60 ? 6 : 0.8) * rate,
  'campaigns every twenty minutes': (second) => (second % 1_200 < 120 ? 5 : 0.8) * rate,
});
