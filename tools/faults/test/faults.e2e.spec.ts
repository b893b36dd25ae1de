import { runFaults } from '../src/run-faults.js';

const SEED = Number(process.env.FAULTS_SEED ?? 9);

it('loses nothing and counts nothing twice, whatever is killed, frozen, restarted or cut off under traffic', async () => {
  const said: string[] = [];
  const verdict = await runFaults({
    seed: SEED,
    minutes: 0.4, // a few rounds; on a busy machine one more
    kindsAtLeast: 5,
    eventsPerRound: 20_000,
    onSaid: (sentence) => said.push(sentence),
  });
  expect({ seed: SEED, wrong: verdict.wrong, said }).toEqual({ seed: SEED, wrong: [], said });
  expect(verdict.stored).toBe(verdict.expected);
  expect(verdict.expected).toBeGreaterThan(0);
  expect(Object.keys(verdict.struck).length).toBeGreaterThanOrEqual(5);
}, 400_000);
