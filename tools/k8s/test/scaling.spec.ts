import { ofKind, render } from '../src/render.js';
import { Scaler, type ScalingRules } from '../src/scaler.js';
import { scalingRulesOf } from '../src/scaling-rules.js';
import { loads, type Outcome, simulate } from '../src/simulate.js';

const rules = scalingRulesOf(ofKind(render('overlays/production'), 'ScaledObject')[0]!);
/** What one pod forwards in a second; the threshold of the manifest is 8 seconds of it. */
const RATE = 50;

const outcomes = (tried: ScalingRules): Record<string, Outcome> =>
  Object.fromEntries(Object.entries(loads(RATE)).map(([name, load]) => [name, simulate(tried, load, RATE)]));

/** At most so many changes back within ten minutes, seconds in the queue, and pods on average, in two hours. */
const BOUNDS: Readonly<Record<string, readonly [reversals: number, delaySeconds: number, podsMean: number]>> = {
  idle: [0, 1, 2],
  steady: [1, 20, 7], // it begins with too few pods
  noisy: [1, 20, 7.5],
  sine: [3, 30, 8],
  step: [1, 90, 6.5],
  'bursts of ten minutes': [1, 60, 8],
  'campaigns of one minute': [1, 90, 8],
  'campaigns every twenty minutes': [1, 90, 8],
};

it('follows every load without thrashing, and lets nothing wait for long', () => {
  const seen = outcomes(rules);
  expect(Object.keys(seen)).toEqual(Object.keys(BOUNDS));
  const missed = Object.entries(BOUNDS).filter(([name, [reversals, delay, pods]]) => {
    const { reversals: turns, delaySeconds, podsMean } = seen[name]!;
    return turns > reversals || delaySeconds > delay || podsMean > pods;
  });
  expect(missed.map(([name]) => [name, seen[name]])).toEqual([]);
});

it('would notice what thrashes: the backlog alone, without windows', () => {
  const { cpuTarget: _, ...backlogOnly } = rules;
  const unhurried = { ...rules.down, windowSeconds: 0 };
  const steady = loads(RATE).steady!;
  expect(simulate({ ...backlogOnly, down: unhurried }, steady, RATE).reversals).toBeGreaterThan(20);
  expect(simulate(backlogOnly, steady, RATE).changes).toBeGreaterThan(simulate(rules, steady, RATE).changes);
});

it('would notice what lets go too soon: pods that the next campaign calls again', () => {
  const hasty = { ...rules, down: { ...rules.down, windowSeconds: 300 } };
  expect(simulate(hasty, loads(RATE)['campaigns of one minute']!, RATE).reversals).toBeGreaterThan(10);
});

describe('the scaler', () => {
  const quick = {
    windowSeconds: 0,
    select: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  } as const;
  const plain: ScalingRules = { min: 1, max: 100, lagThreshold: 10, up: quick, down: quick };

  it('asks for as many pods as the backlog is worth, and at most doubles them in a period', () => {
    const scaler = new Scaler(plain);
    expect(scaler.next(0, 4, 75, 0)).toBe(8);
    expect(scaler.next(15, 8, 990, 0)).toBe(16);
    expect(scaler.next(20, 16, 990, 0)).toBe(16);
  });

  it('changes nothing within a tenth of the target', () => {
    expect(new Scaler(plain).next(0, 10, 109, 0)).toBe(10);
    expect(new Scaler(plain).next(0, 10, 111, 0)).toBe(12);
  });

  it('goes down to the highest of its window only', () => {
    const scaler = new Scaler({ ...plain, down: { ...quick, windowSeconds: 60 } });
    expect(scaler.next(0, 10, 100, 0)).toBe(10);
    expect(scaler.next(30, 10, 20, 0)).toBe(10);
    expect(scaler.next(75, 10, 20, 0)).toBe(2);
  });
});
