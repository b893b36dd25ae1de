import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { protoFolder } from '../boundaries.mjs';

const protos = join(import.meta.dirname, '../../proto');
const IMPORT = /^import\s+(?:public\s+|weak\s+|option\s+)?"([^"]+)"/gm;

/** What a file imports, by the paths in its import lines. */
export const importsIn = (text) => [...text.matchAll(IMPORT)].map(([, path]) => path);

/**
 * The text of a contract's files and of all that they import, without running a compiler.
 * @returns {Map<string, string>} by path below `proto/`, in order
 */
export function sourcesOf(name, folder = protos) {
  const found = new Map();
  const read = (path) => {
    const file = join(folder, path);
    if (found.has(path) || !existsSync(file)) return; // Google's own come with the compiler
    const text = readFileSync(file, 'utf8');
    found.set(path, text);
    for (const imported of importsIn(text)) read(imported);
  };
  const own = join(folder, protoFolder(name));
  if (existsSync(own)) {
    for (const entry of readdirSync(own, { recursive: true, withFileTypes: true }))
      if (entry.isFile() && entry.name.endsWith('.proto')) read(relative(folder, join(entry.parentPath, entry.name)));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The contract that a file is of; undefined for what no library has code of. */
export const contractOf = (path, contracts) =>
  path.startsWith('google/protobuf/') ? 'google' : contracts.find((name) => path.startsWith(`${protoFolder(name)}/`));
