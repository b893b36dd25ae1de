// What is installed has to be what was reviewed: exact versions, each with its hash, from nowhere but the registry.

/** The packages that a lock file of npm names, by their paths; those of this repository are not among them. */
export const packagesIn = (lock) =>
  Object.entries(lock.packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);

export const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

const EXACT = /^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.-]+)?$/;

/**
 * What is wrong with a lock file, in sentences. Where a package is from, npm says only of what is not from the registry:
 * `.npmrc` sees to that.
 */
export function lockFileProblems(lock) {
  const problems = [];
  if (lock.lockfileVersion !== 3) problems.push(`The lock file has version ${lock.lockfileVersion}, and not 3.`);
  for (const [path, { resolved, integrity, inBundle, version }] of packagesIn(lock)) {
    const what = `${nameOf(path)}@${version}`;
    if (resolved !== undefined) problems.push(`${what} is from ${resolved}, and not from the registry.`);
    if (!inBundle && !/^sha512-[\w+/]{86}==$/.test(integrity ?? '')) problems.push(`${what} has no SHA-512.`);
  }
  return problems;
}

/** What the root's package.json leaves open: which version it is must not depend on the day. */
export function looseVersions({ dependencies = {}, devDependencies = {}, overrides = {} }) {
  return Object.entries({ ...dependencies, ...devDependencies, ...overrides })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${name} is wanted as "${version}", which is no exact version.`);
}
