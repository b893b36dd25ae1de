import { rmSync } from 'node:fs';
import { operators } from '../../boundaries.mjs';
import { imagePath, latestRelease, releasesFolder, releasesOf } from '../releases.mjs';
import { writeChangelog } from './changelog.mjs';
import { knownSpan, readInUse, writeInUse } from './in-use.mjs';
import { callsPath, Refusal } from './release.mjs';

const DAY_MS = 24 * 60 * 60_000;

/** How long nobody must have used a version. */
export const RETIRE_DAYS = 30;

/**
 * Ends the promise to those who have a version: from then on, changes may break it.
 * @throws {Refusal} where somebody has used it in the last days, or where that is not known
 */
export function retire(name, version, { folder = releasesFolder, days = RETIRE_DAYS, now = new Date() } = {}) {
  if (!releasesOf(name, folder).includes(version)) {
    throw new Refusal(
      `There is no ${name} ${version}: the versions in use are ${releasesOf(name, folder).join(', ') || 'none'}.`,
    );
  }
  if (version === latestRelease(name, folder)) throw new Refusal(`${name} ${version} is the latest release.`);
  const inUse = readInUse(folder);
  const reasons = reasonsAgainst(version, inUse[name], days, now);
  if (reasons.length > 0)
    throw new Refusal(`${name} ${version} cannot be retired:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
  rmSync(imagePath(name, version, folder));
  rmSync(callsPath(name, folder, version), { force: true });
  // Whoever comes back with it is a surprise, and told of by the next check.
  inUse[name].uses = inUse[name].uses.filter((use) => use.version !== version);
  writeInUse(inUse, folder);
  const today = now.toISOString().slice(0, 10);
  writeChangelog(name, `${version} retired on ${today}`, [`Nobody had used it for ${days} days.`], folder);
}

function reasonsAgainst(version, inUse, days, now) {
  const since = new Date(now.getTime() - days * DAY_MS).toISOString();
  const known = knownSpan(inUse);
  const yesterday = new Date(now.getTime() - DAY_MS).toISOString();
  const recent = (inUse?.uses ?? []).filter(({ lastUse }) => lastUse >= since);
  const users = recent.filter((use) => use.version === version);
  // People at a terminal take the contract from the server itself; a service that says nothing may have any version.
  const silent = recent.filter((use) => use.version === '' && !operators.includes(use.caller));
  return [
    ...(known === undefined ? ['Nobody has asked who uses it: npm run contract -- in-use.'] : []),
    ...(known && known.from > since
      ? [`It is known who uses it since ${known.from} only, which is less than ${days} days: go on collecting.`]
      : []),
    ...(known && known.to < yesterday ? [`The last collection is of ${known.to}: npm run contract -- in-use.`] : []),
    ...users.map(({ caller, lastUse, methods }) => `${caller} used it on ${lastUse} (${methods.join(', ')}).`),
    ...silent.map(({ caller, lastUse }) => `${caller} called on ${lastUse} without saying by which version.`),
  ];
}
