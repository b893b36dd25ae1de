// `node tools/contract/fresh.mjs`: lists generated files that are not what the contracts in proto/ make of them.
import { relative } from 'node:path';
import { contracts, staleFiles } from './library.mjs';

const stale = contracts.flatMap(staleFiles);
for (const { path, text } of stale) {
  console.error(
    `${relative(process.cwd(), path)} ${text === undefined ? 'belongs to no contract any more' : 'is stale'}.`,
  );
}
if (stale.length > 0) {
  console.error('Run `npm run gen`.');
  process.exitCode = 1;
}
