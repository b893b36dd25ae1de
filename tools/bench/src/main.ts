import { parseArgs } from 'node:util';
import type { Bench } from './bench.js';
import { benches } from './benches.js';
import { findingsTable, outcomeTable } from './outcome-table.js';

/** `rpc` stands for `rpc-calls` and all others of that beginning. */
const isMeant = (bench: Bench, name: string) => bench.name === name || bench.name.startsWith(`${name}-`);

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, events: { type: 'string' } },
});
const events = values.events === undefined ? undefined : Number(values.events);
const unknown = names.filter((name) => !benches.some((bench) => isMeant(bench, name)));
const isWrong = unknown.length > 0 || (events !== undefined && !(events >= 1_000 && events <= 1e9));
if (isWrong || values.help) {
  const list = benches.map(({ name, what }) => `  ${name.padEnd(12)}${what}`).join('\n');
  console.log(
    `npm run bench             runs every bench\nnpm run bench -- <names>  runs some; rpc means all that begin with rpc-\nnpm run bench -- store --events 10000000  over so many events, 1,000,000 unless said otherwise\n\n${list}`,
  );
  process.exit(isWrong ? 2 : 0);
}
for (const bench of benches) {
  if (names.length > 0 && !names.some((name) => isMeant(bench, name))) continue;
  console.log(`\n${bench.name}: ${bench.what}\n`);
  const outcome = await bench.run((text) => console.error(`  ${text}`), events === undefined ? {} : { events });
  for (const part of [outcome].flat()) console.log(`\n${'rows' in part ? findingsTable(part) : outcomeTable(part)}`);
}
process.exit();
