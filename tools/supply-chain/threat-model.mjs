// The threat model names tests. A test that was renamed or removed must not be named any more.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `path/of/a.spec.ts` "the name of a test": the name may end in … */
const NAMED = /`([\w./-]+\.(?:ts|mjs))`((?:,? ?“[^”]+”)*)/g;

/** What a text names that is not there, in sentences. @param root where its paths begin */
export function missingTests(text, root) {
  return [...text.matchAll(NAMED)].flatMap(([, path, names]) => {
    const file = join(root, path);
    if (!existsSync(file)) return [`There is no ${path}.`];
    const source = readFileSync(file, 'utf8');
    return [...names.matchAll(/“([^”]+)”/g)]
      .map(([, name]) => name.replace(/ ?…$/, ''))
      .filter((name) => !source.includes(name))
      .map((name) => `${path} has no test “${name}”.`);
  });
}

/** Which rows of its tables name no test, by their first cell. */
export const rowsWithoutTests = (text) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| risk'))
    .filter((line) => !line.match(/`[\w./-]+\.(?:ts|mjs)`/))
    .map((line) => line.split('|')[1].trim());
