import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../generated-files.mjs';

it('is what the call map says', () => {
  const stale = Object.entries(generatedFiles()).filter(
    ([path, text]) => readFileSync(join(import.meta.dirname, '../../../k8s', path), 'utf8') !== text,
  );
  expect(stale.map(([path]) => path)).toEqual([]);
});
