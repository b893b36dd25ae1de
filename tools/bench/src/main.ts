import { benches } from './benches.js';
import { outcomeTable } from './outcome-table.js';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0 || names.includes('--help')) {
  const list = benches.map(({ name, what }) => `  ${name.padEnd(12)}${what}`).join('\n');
  console.log(`npm run bench             runs every bench\nnpm run bench -- <names>  runs some\n\n${list}`);
  process.exit(names.includes('--help') ? 0 : 2);
}
for (const bench of benches) {
  if (names.length > 0 && !names.includes(bench.name)) continue;
  console.log(`\n${bench.name}: ${bench.what}\n`);
  const outcome = await bench.run((text) => console.error(`  ${text}`));
  console.log(`\n${outcomeTable(outcome)}`);
}
process.exit();
