import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editJson } from '../edits.mjs';

const LOCK = 'package-lock.json';

/** Adds packages to the lock file: all that they need is in it already, so no registry is asked. */
export const addToLock = (tree, folders) =>
  editJson(tree, LOCK, (lock) => {
    for (const folder of folders) {
      const { name, dependencies, devDependencies } = JSON.parse(tree.read(`${folder}/package.json`, 'utf8'));
      lock.packages[folder] = {
        name,
        ...(dependencies && { dependencies }),
        ...(devDependencies && { devDependencies }),
      };
      lock.packages[`node_modules/${name}`] = { resolved: folder, link: true };
    }
    lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  });

/** Does what `npm ci` would for packages of the repository: it links them. */
export function link(root, folders) {
  for (const folder of folders) {
    const { name } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const path = join(root, 'node_modules', name);
    mkdirSync(join(path, '..'), { recursive: true });
    if (!existsSync(path)) symlinkSync(join('../..', folder), path);
  }
  const hash = createHash('sha256')
    .update(readFileSync(join(root, LOCK)))
    .digest('hex');
  writeFileSync(join(root, 'node_modules/.installed-lock'), hash);
}
