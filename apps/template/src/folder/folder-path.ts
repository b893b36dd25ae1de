/** How deep folders may lie in each other. */
const DEPTH_MAX = 5;
const NAME_LENGTH_MAX = 50;

/** What is wrong with a folder's path; undefined where nothing is. The empty one is no folder. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return undefined;
  const names = path.split('/');
  if (names.length > DEPTH_MAX) return `must name at most ${DEPTH_MAX} folders`;
  const isName = (name: string) =>
    name !== '' && name === name.trim() && [...name].length <= NAME_LENGTH_MAX && !/\p{Cc}/u.test(name);
  return names.every(isName)
    ? undefined
    : `must be names of 1 to ${NAME_LENGTH_MAX} characters, without spaces around them, with "/" between them`;
}

/** Whether a folder is another one, or lies somewhere within it. */
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Where a folder within `from` lies once that has become `to`. */
export function movedPath(path: string, from: string, to: string): string {
  const rest = path.slice(from.length);
  return to === '' ? rest.replace(/^\//, '') : `${to}${rest}`;
}
