import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { faults } from './faults.js';
import { runFaults } from './run-faults.js';

const usage = `Breaks Kelp under traffic, and says whether anything was lost or counted twice.

  npm run faults                            for five minutes
  npm run faults -- --minutes 60 --seed 7   for an hour, with the faults of that seed
  npm run faults -- --only network          only those faults that have the word in their names

QUEUE_URL names a NATS server to queue in.`;

const { minutes, seed, only, help } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
}).values;

const known = faults.filter(({ name }) => name.includes(only));
if (help || known.length === 0 || !(Number(minutes) >= 0) || !/^\d+$/.test(seed)) {
  console.log(`${usage}\n\nFaults: ${faults.map(({ name }) => name).join(', ')}.`);
  process.exit(help ? 0 : 2);
}
// What was started ends with this process, which a signal alone would not let it do.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
console.log(`Seed ${seed}.`);
const startedAt = Date.now();
const verdict = await runFaults({
  seed: Number(seed),
  minutes: Number(minutes),
  faults: known,
  ...(process.env.QUEUE_URL && { queueUrl: process.env.QUEUE_URL }),
  onSaid: (sentence) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(8)} s  ${sentence}`),
});
console.table(verdict.struck);
const { rounds, acknowledged, expected, stored, wrong } = verdict;
console.log(`${rounds} rounds: ${acknowledged} events acknowledged, ${expected} of them to be kept, ${stored} stored.`);
for (const sentence of wrong) console.error(sentence);
console.log(wrong.length === 0 ? 'Nothing was lost, nothing counted twice.' : `WRONG, with seed ${seed}.`);
process.exit(wrong.length === 0 ? 0 : 1);
