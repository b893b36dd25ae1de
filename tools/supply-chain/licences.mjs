// Which licences what we use may have.
import { nameOf, packagesIn } from './lock-file.mjs';

/** They ask for no more than that their text is kept, which bundles do (`main.mjs.LEGAL.txt`). */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

/** What a person has looked at: what its licence is, whatever its package says, and why it may stay. */
const LOOKED_AT = new Map([
  ['caniuse-lite', { is: 'CC-BY-4.0', why: 'data that a compiler reads to name browsers; it names its author itself' }],
  ['elkjs', { is: 'EPL-2.0', why: 'draws the graph of nx, is in no bundle, and we do not change it' }],
  ['seq-queue', { is: 'MIT', why: 'its file LICENSE says so; its package nothing' }],
  ['slick', { is: 'MIT', why: 'its package says so, in words of its own' }],
]);

/** Whether an expression of SPDX, such as `(MIT OR GPL-3.0)`, lets us choose a licence that we take. */
export function isAllowed(expression = '') {
  const text = expression.replace(/[()]/g, ' ').trim();
  return text.split(/ OR /i).some((choice) => choice.split(/ AND /i).every((licence) => ALLOWED.has(licence.trim())));
}

/** What has a licence that nobody has agreed to, in sentences. */
export const licenceProblems = (lock) =>
  packagesIn(lock)
    .filter(([path, { license }]) => !isAllowed(license) && !LOOKED_AT.has(nameOf(path)))
    .map(([path, { version, license }]) => `${nameOf(path)}@${version} has the licence "${license ?? 'none'}".`);

/** Whether we may give a package to others, as a part of a bundle. */
export const mayBePassedOn = (name, licence) => isAllowed(LOOKED_AT.get(name)?.is ?? licence);

/** All licences, with the packages that have them. */
export function licenceList(lock) {
  const byLicence = new Map();
  for (const [path, { version, license = LOOKED_AT.get(nameOf(path))?.is ?? 'none' }] of packagesIn(lock)) {
    const names = byLicence.get(license) ?? new Set();
    byLicence.set(license, names.add(`${nameOf(path)}@${version}`));
  }
  return [...byLicence].map(([licence, names]) => ({ licence, packages: [...names].sort() }));
}
