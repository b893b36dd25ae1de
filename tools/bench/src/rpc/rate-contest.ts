import type { Outcome } from '../bench.js';
import { inAlternation } from '../statistics.js';
import { Contest, type Load, type Pair } from './contest.js';
import { NoGo } from './golang/build.js';

const ROUNDS = 5;
const WARM_UP_MS = 400;

/** One thing that all who compete do. */
export interface Discipline {
  title: string;
  load: Load;
}

export interface RateContest {
  /** Who competes: the names of peers, by the name that is shown. Go is added where it can be built. */
  peers: Readonly<Record<string, string>>;
  disciplines: readonly Discipline[];
  /** What is counted: `calls` or `events`. */
  unit: string;
  /** Those whom all are compared with. */
  references: readonly string[];
  say(text: string): void;
}

export const GO = 'Go gRPC';

/** Measures all who compete in alternation, each in processes of its own. @returns an outcome for each discipline */
export const rateContest = (rules: RateContest): Promise<{ outcomes: Outcome[]; notes: string[] }> =>
  Contest.hold(async (contest) => {
    const { disciplines, unit, references, say } = rules;
    const { pairs, notes } = await enter(contest, rules);
    for (const pair of pairs) {
      say(`${pair.name}: warming up`);
      for (const { load } of disciplines) await pair.rate({ ...load, ms: WARM_UP_MS });
    }
    let round = 0;
    const turns = pairs.map((pair, index) => {
      const measure = async () => {
        if (index === 0) say(`round ${++round} of ${ROUNDS}`);
        const values: Record<string, number> = {};
        for (const { title, load } of disciplines) {
          const { perSecond, cpuUs } = await pair.rate(load);
          values[`${title}, rate`] = perSecond;
          values[`${title}, CPU`] = cpuUs;
        }
        return values;
      };
      return [pair.name, measure] as const;
    });
    const measured = await inAlternation(ROUNDS, Object.fromEntries(turns));
    const outcomes = disciplines.map(({ title }) => ({
      title,
      measures: [
        { name: 'rate', unit: `${unit}/s` },
        { name: 'CPU', unit: `µs/${unit.slice(0, -1)}` },
      ],
      references,
      contestants: measured.map(({ name, values }) => ({
        name,
        values: { rate: values[`${title}, rate`]!, CPU: values[`${title}, CPU`]! },
      })),
    }));
    return { outcomes, notes };
  });

async function enter(contest: Contest, { peers, say }: RateContest) {
  const pairs: Pair[] = [];
  for (const [name, peer] of Object.entries(peers)) {
    say(`${name}: starting`);
    pairs.push(await contest.pair(name, peer));
  }
  say(`${GO}: building`);
  const go = await contest.goPair(GO);
  if (go instanceof NoGo) return { pairs, notes: [go.message] };
  return { pairs: [...pairs, go], notes: [] };
}
