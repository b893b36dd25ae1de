import { calls } from '../../boundaries.mjs';
import { readRelease, releasesFolder, releasesOf } from '../releases.mjs';
import { adviceOn } from './advice.mjs';
import { brokenBy } from './consumers.mjs';
import { findings } from './findings.mjs';
import { readInUse } from './in-use.mjs';

/**
 * @typedef {object} Break
 * @property {string} version of those who break
 * @property {import('./findings.mjs').Finding} finding
 * @property {{ caller: string, methods: string[], seen?: string }[]} broken
 */

/**
 * What of a contract would break a version in use: every release that is not retired counts as one.
 * @param {string} name of the contract
 * @param {object[]} files all descriptors as they are now, with the places in the source
 * @param {string} [folder] of the releases
 * @returns {Promise<Break[]>}
 */
export async function breaks(name, files, folder = releasesFolder) {
  const { uses = [] } = readInUse(folder)[name] ?? {};
  const found = [];
  for (const version of releasesOf(name, folder)) {
    const released = readRelease(name, version, folder);
    const callers = callersOf(name, version, uses);
    for (const finding of await findings(released, files)) {
      found.push({ version, finding, broken: brokenBy(finding, released, callers) });
    }
  }
  return found;
}

/** Who is known to call by this version, and who may call what nobody has been seen to call. */
function callersOf(name, version, uses) {
  const seen = uses
    .filter((use) => use.version === version)
    .map(({ caller, methods, lastUse }) => ({ caller, methods, seen: lastUse.slice(0, 10) }));
  const unseen = Object.entries(calls).flatMap(([caller, callees]) => {
    const methods = (name === 'usage' ? ['*'] : (callees[name] ?? [])).filter(
      (rpc) => !seen.some((use) => use.caller === caller && use.methods.includes(rpc)),
    );
    return methods.length > 0 ? [{ caller, methods }] : [];
  });
  return [...seen, ...unseen];
}

/** The findings as a developer reads them. */
export function report(name, found) {
  return found.map(({ version, finding, broken }) =>
    [
      `  ${finding.place || finding.subject}`,
      `    ${finding.message}`,
      `    Breaks ${consumers(name, version, broken)}`,
      `    Instead: ${adviceOn(finding.rule)}`,
    ].join('\n'),
  );
}

function consumers(name, version, broken) {
  const built = version === 'main' ? 'what is on main' : `${name} ${version}`;
  if (broken.length === 0) return `whoever is built from ${built}; nobody is known to use this part of it.`;
  const each = broken.map(({ caller, methods, seen }) => {
    const when = seen ? `last seen ${seen}` : 'may call it';
    return `${caller} (${methods.join(', ')}; ${when})`;
  });
  return `${each.join(', ')}, built from ${built}.`;
}
