import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const workspace = join(import.meta.dirname, '../../..');
const IMPORT = /(?:from|import|import\()\s*'([^']+)'/g;

/** The folders of all projects, by their packages' names. */
export const projects = new Map(
  ['apps', 'libs', 'tools'].flatMap((top) =>
    readdirSync(join(workspace, top))
      .map((name) => join(workspace, top, name))
      .filter((folder) => existsSync(join(folder, 'package.json')))
      .map(
        (folder) => [JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name as string, folder] as const,
      ),
  ),
);

/**
 * All files that a project's code and tests come to by their imports, types included, as paths in the workspace. Found
 * without Nx, to judge it.
 */
export function reachedBy(project: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = resolved(specifier!, file);
      if (target) visit(target);
    }
  };
  for (const file of sourcesIn(projects.get(project)!)) visit(file);
  return new Set([...reached].map((file) => relative(workspace, file)));
}

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.m?ts$|\.mjs$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(node_modules|dist|generated)\//.test(path));

function resolved(specifier: string, from: string): string | undefined {
  const path = specifier.startsWith('.')
    ? resolve(dirname(from), specifier)
    : projects.has(specifier)
      ? join(projects.get(specifier)!, 'src/index.ts')
      : undefined;
  return (
    path &&
    [path, path.replace(/\.js$/, '.ts')].find((candidate) => existsSync(candidate) && statSync(candidate).isFile())
  );
}
