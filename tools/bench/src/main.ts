import type { Bench } from './bench.js';
import { benches } from './benches.js';
import { findingsTable, outcomeTable } from './outcome-table.js';

/** `rpc` stands for `rpc-calls` and all others of that beginning. */
const isMeant = (bench: Bench, name: string) => bench.name === name || bench.name.startsWith(`${name}-`);

const names = process.argv.slice(2);
const unknown = names.filter((name) => !benches.some((bench) => isMeant(bench, name)));
if (unknown.length > 0 || names.includes('--help')) {
  const list = benches.map(({ name, what }) => `  ${name.padEnd(12)}${what}`).join('\n');
  console.log(
    `npm run bench             runs every bench\nnpm run bench -- <names>  runs some; rpc means all that begin with rpc-\n\n${list}`,
  );
  process.exit(names.includes('--help') ? 0 : 2);
}
for (const bench of benches) {
  if (names.length > 0 && !names.some((name) => isMeant(bench, name))) continue;
  console.log(`\n${bench.name}: ${bench.what}\n`);
  const outcome = await bench.run((text) => console.error(`  ${text}`));
  for (const part of [outcome].flat()) console.log(`\n${'rows' in part ? findingsTable(part) : outcomeTable(part)}`);
}
process.exit();
