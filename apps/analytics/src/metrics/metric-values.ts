import { Metric, type MetricCount, Rate, type RateValue } from '@kelp/contract-analytics';
import { EventType } from '@kelp/contract-event';
import * as measures from './measures.js';

/** How many there are of each measure, by its number. */
export type Measured = ReadonlyMap<number, bigint>;

type Formula = (of: (measure: number) => bigint) => bigint;

const one =
  (measure: number): Formula =>
  (of) =>
    of(measure);

const { opensBy, clicksBy } = measures;
const HUMAN = 1;
const MPP = 2;
const PROXY = 3;
const SCANNER = 4;

/** The definitions of the contract, once. */
const FORMULAS: Readonly<Record<Exclude<Metric, Metric.UNSPECIFIED | Metric.UNRECOGNIZED>, Formula>> = {
  [Metric.ACCEPTED]: one(EventType.ACCEPTED),
  [Metric.DEFERRED]: one(EventType.DEFERRED),
  [Metric.DELIVERED]: one(EventType.DELIVERED),
  [Metric.BOUNCED]: one(EventType.BOUNCED),
  [Metric.HARD_BOUNCED]: one(measures.HARD_BOUNCED),
  [Metric.SOFT_BOUNCED]: one(measures.SOFT_BOUNCED),
  [Metric.REJECTED]: one(EventType.REJECTED),
  [Metric.FAILED]: one(EventType.FAILED),
  [Metric.OPENED]: one(EventType.OPENED),
  [Metric.UNIQUE_OPENED]: one(measures.UNIQUE_OPENED),
  [Metric.REPEAT_OPENED]: (of) => of(EventType.OPENED) - of(measures.UNIQUE_OPENED) - of(measures.AMBIGUOUS_OPENED),
  [Metric.HUMAN_OPENED]: one(opensBy(HUMAN)),
  [Metric.UNIQUE_HUMAN_OPENED]: one(measures.UNIQUE_HUMAN_OPENED),
  [Metric.MACHINE_OPENED]: (of) => of(opensBy(MPP)) + of(opensBy(PROXY)) + of(opensBy(SCANNER)),
  [Metric.MPP_OPENED]: one(opensBy(MPP)),
  [Metric.PROXY_OPENED]: one(opensBy(PROXY)),
  [Metric.SCANNER_OPENED]: one(opensBy(SCANNER)),
  [Metric.UNKNOWN_OPENED]: (of) =>
    of(EventType.OPENED) - of(opensBy(HUMAN)) - of(opensBy(MPP)) - of(opensBy(PROXY)) - of(opensBy(SCANNER)),
  [Metric.CLICKED]: one(EventType.CLICKED),
  [Metric.UNIQUE_CLICKED]: one(measures.UNIQUE_CLICKED),
  [Metric.REPEAT_CLICKED]: (of) => of(EventType.CLICKED) - of(measures.UNIQUE_CLICKED) - of(measures.AMBIGUOUS_CLICKED),
  [Metric.HUMAN_CLICKED]: one(clicksBy(HUMAN)),
  [Metric.UNIQUE_HUMAN_CLICKED]: one(measures.UNIQUE_HUMAN_CLICKED),
  [Metric.MACHINE_CLICKED]: (of) => of(clicksBy(MPP)) + of(clicksBy(PROXY)) + of(clicksBy(SCANNER)),
  [Metric.UNKNOWN_CLICKED]: (of) =>
    of(EventType.CLICKED) - of(clicksBy(HUMAN)) - of(clicksBy(MPP)) - of(clicksBy(PROXY)) - of(clicksBy(SCANNER)),
  [Metric.COMPLAINED]: one(EventType.COMPLAINED),
  [Metric.UNSUBSCRIBED]: one(EventType.UNSUBSCRIBED),
  [Metric.RESUBSCRIBED]: one(EventType.RESUBSCRIBED),
  [Metric.AUTORESPONDED]: one(EventType.AUTORESPONDED),
  [Metric.AMBIGUOUS_OPENED]: one(measures.AMBIGUOUS_OPENED),
  [Metric.AMBIGUOUS_CLICKED]: one(measures.AMBIGUOUS_CLICKED),
};

type Fraction = readonly [numerator: keyof typeof FORMULAS, denominator: keyof typeof FORMULAS];

const FRACTIONS: Readonly<Record<Exclude<Rate, Rate.UNSPECIFIED | Rate.UNRECOGNIZED>, Fraction>> = {
  [Rate.DELIVERY]: [Metric.DELIVERED, Metric.ACCEPTED],
  [Rate.UNIQUE_OPEN]: [Metric.UNIQUE_HUMAN_OPENED, Metric.DELIVERED],
  [Rate.UNIQUE_OPEN_ALL]: [Metric.UNIQUE_OPENED, Metric.DELIVERED],
  [Rate.CLICK_THROUGH]: [Metric.UNIQUE_HUMAN_CLICKED, Metric.DELIVERED],
  [Rate.CLICK_THROUGH_ALL]: [Metric.UNIQUE_CLICKED, Metric.DELIVERED],
  [Rate.CLICK_TO_OPEN]: [Metric.UNIQUE_HUMAN_CLICKED, Metric.UNIQUE_HUMAN_OPENED],
  [Rate.CLICK_TO_OPEN_ALL]: [Metric.UNIQUE_CLICKED, Metric.UNIQUE_OPENED],
  [Rate.HARD_BOUNCE]: [Metric.HARD_BOUNCED, Metric.ACCEPTED],
  [Rate.BOUNCE]: [Metric.BOUNCED, Metric.ACCEPTED],
  [Rate.COMPLAINT]: [Metric.COMPLAINED, Metric.DELIVERED],
  [Rate.UNSUBSCRIBE]: [Metric.UNSUBSCRIBED, Metric.DELIVERED],
};

const formulas = Object.entries(FORMULAS).map(([metric, formula]) => [Number(metric), formula] as const);
const fractions = Object.entries(FRACTIONS).map(([rate, fraction]) => [Number(rate), fraction] as const);

/** What one metric counts. */
export const metricOf = (metric: keyof typeof FORMULAS, measured: Measured): bigint =>
  FORMULAS[metric]((measure) => measured.get(measure) ?? 0n);

/** Each metric that is not 0. */
export function metricsOf(measured: Measured): MetricCount[] {
  const of = (measure: number) => measured.get(measure) ?? 0n;
  return formulas.map(([metric, formula]) => ({ metric, count: formula(of) })).filter(({ count }) => count !== 0n);
}

/** Each rate that has a denominator. */
export function ratesOf(measured: Measured): RateValue[] {
  const rates: RateValue[] = [];
  for (const [rate, [above, below]] of fractions) {
    const numerator = metricOf(above, measured);
    const denominator = metricOf(below, measured);
    if (denominator > 0n) rates.push({ rate, numerator, denominator, value: Number(numerator) / Number(denominator) });
  }
  return rates;
}
