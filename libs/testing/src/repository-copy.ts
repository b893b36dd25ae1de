import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const workspace = join(import.meta.dirname, '../../..');

/** A copy of the repository. */
export interface RepositoryCopy {
  readonly root: string;
  remove(): void;
}

/**
 * A copy of the repository as it is on the disk, which may be changed: with the packages of this one, and links to its
 * own projects.
 */
export function copyOfRepository(): RepositoryCopy {
  const root = mkdtempSync(join(tmpdir(), 'kelp-copy-'));
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', list, { cwd: workspace, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split(
    '\0',
  );
  for (const file of new Set(files))
    if (file && existsSync(join(workspace, file))) cpSync(join(workspace, file), join(root, file));
  const link = (name: string, target: string) => {
    const path = join(root, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  };
  for (const name of readdirSync(join(workspace, 'node_modules')))
    if (name !== '@kelp' && name !== '.installed-lock') link(name, join(workspace, 'node_modules', name));
  for (const top of ['apps', 'libs', 'tools']) {
    for (const folder of readdirSync(join(root, top))) {
      const manifest = join(root, top, folder, 'package.json');
      const { name } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
      if (name?.startsWith('@kelp/')) link(name, join('../..', top, folder));
    }
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
