import { Permission } from '@kelp/contract-account';
import { ArgumentError } from './command.js';

const known = Object.entries(Permission).filter(
  (entry): entry is [string, Permission] => typeof entry[1] === 'number' && entry[1] > 0,
);

/** How people write a permission: `templates-publish`. */
export const wordOf = (permission: Permission): string =>
  (Permission[permission] ?? String(permission)).toLowerCase().replaceAll('_', '-');

/** @throws ArgumentError that lists all permissions */
export function permissionOf(word: string): Permission {
  const found = known.find(([, permission]) => wordOf(permission) === word.toLowerCase().replaceAll('_', '-'));
  if (!found)
    throw new ArgumentError(
      `"${word}" is no permission. There are: ${known.map(([, one]) => wordOf(one)).join(', ')}.`,
    );
  return found[1];
}

/** Those of a list, separated by commas. */
export const permissionsOf = (words: string): Permission[] =>
  words
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map(permissionOf);
