import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputsOf } from './outputs.mjs';

const libs = join(import.meta.dirname, '../../libs');

/** The names of all contracts. */
export const contracts = readdirSync(libs)
  .filter((lib) => lib.startsWith('contract-'))
  .map((lib) => lib.slice('contract-'.length));

/**
 * How a contract's library differs from what its protos make of it.
 * @returns {{ path: string, text: string | undefined }[]} the files that are not as they should be, with the text that
 *   they should have; undefined where they should not exist
 */
export function staleFiles(name) {
  const source = join(libs, `contract-${name}`, 'src');
  const outputs = outputsOf(name);
  const present = existsSync(join(source, 'gen'))
    ? readdirSync(join(source, 'gen'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];
  const wanted = [...outputs].map(([path, text]) => ({ path: join(source, path), text }));
  const superfluous = present
    .filter((path) => !wanted.some((file) => file.path === path))
    .map((path) => ({ path, text: undefined }));
  const isStale = ({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text;
  return [...superfluous, ...wanted.filter(isStale)];
}

/** Makes a contract's library what its protos say. Files that are so already are not touched. */
export function writeLibrary(name) {
  for (const { path, text } of staleFiles(name)) {
    if (text === undefined) {
      rmSync(path);
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
}
