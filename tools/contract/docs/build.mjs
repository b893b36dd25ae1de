// `npm run docs`: writes the reference of all contracts, one page, to dist/docs/index.html.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAll } from '../image.mjs';
import { site } from './site.mjs';

const folder = join(import.meta.dirname, '../../../dist/docs');
const { html, undocumented } = site(readAll());
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'index.html'), html);
console.log(`dist/docs/index.html: ${Math.round(html.length / 1024)} KiB`);
if (undocumented.length > 0) {
  console.error(`Without a comment: ${undocumented.join(', ')}.`);
  process.exitCode = 1;
}
