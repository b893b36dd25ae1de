import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runFaults } from './run-faults.js';

const usage = `Breaks Kelp under traffic, and says whether anything was lost or counted twice.

  npm run faults                            for five minutes
  npm run faults -- --minutes 60 --seed 7   for an hour, with the faults of that seed

QUEUE_URL names a NATS server to queue in.`;

const { minutes, seed, help } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
}).values;

if (help || !(Number(minutes) >= 0) || !/^\d+$/.test(seed)) {
  console.log(usage);
  process.exit(help ? 0 : 2);
}
console.log(`Seed ${seed}.`);
const startedAt = Date.now();
const verdict = await runFaults({
  seed: Number(seed),
  minutes: Number(minutes),
  ...(process.env.QUEUE_URL && { queueUrl: process.env.QUEUE_URL }),
  onSaid: (sentence) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(8)} s  ${sentence}`),
});
console.table(verdict.struck);
const { rounds, acknowledged, expected, stored, wrong } = verdict;
console.log(`${rounds} rounds: ${acknowledged} events acknowledged, ${expected} of them to be kept, ${stored} stored.`);
for (const sentence of wrong) console.error(sentence);
console.log(wrong.length === 0 ? 'Nothing was lost, nothing counted twice.' : `WRONG, with seed ${seed}.`);
process.exit(wrong.length === 0 ? 0 : 1);
