// `node tools/k8s/generate.mjs`: writes what the manifests take from tools/boundaries.mjs; with `--check`, only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles } from './generated-files.mjs';

const root = join(import.meta.dirname, '../../k8s');
const check = process.argv.includes('--check');
const stale = Object.entries(generatedFiles()).filter(([path, text]) => {
  try {
    return readFileSync(join(root, path), 'utf8') !== text;
  } catch {
    return true;
  }
});
if (check && stale.length > 0) {
  console.error(
    `Not as tools/boundaries.mjs says: ${stale.map(([path]) => `k8s/${path}`).join(', ')}. Run npm run gen.`,
  );
  process.exit(1);
}
for (const [path, text] of stale) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`wrote k8s/${path}`);
}
