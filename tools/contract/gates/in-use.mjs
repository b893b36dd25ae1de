import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releasesFolder, releasesOf, UNRELEASED } from '../releases.mjs';

/**
 * Who uses which version of a contract, as servers have told: what `proto/releases/in-use.json` keeps.
 *
 * @typedef {object} Use
 * @property {string} caller
 * @property {string} version empty where the caller did not say
 * @property {string} hash
 * @property {string[]} methods the RPCs that it called
 * @property {string} lastUse an ISO time
 *
 * @typedef {object} InUse
 * @property {{ from: string, to: string }[]} recorded the spans of time of which all uses are known, oldest first
 * @property {Use[]} uses
 */

const path = (folder) => join(folder, 'in-use.json');

/** @returns {Record<string, InUse>} by contract */
export const readInUse = (folder = releasesFolder) =>
  existsSync(path(folder)) ? JSON.parse(readFileSync(path(folder), 'utf8')) : {};

export function writeInUse(inUse, folder = releasesFolder) {
  const sorted = Object.fromEntries(Object.entries(inUse).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path(folder), `${JSON.stringify(sorted, undefined, 2)}\n`);
}

/**
 * What all instances of a service have told, added to what was known.
 * @param {InUse | undefined} known
 * @param {{ recorded: { from: string, to: string }, uses: Use[] }} told
 * @returns {InUse}
 */
export function merged(known, told) {
  const { recorded, uses: former } = known ?? { recorded: [], uses: [] };
  const uses = new Map(former.map((use) => [keyOf(use), use]));
  for (const use of told.uses) {
    const seen = uses.get(keyOf(use));
    uses.set(keyOf(use), {
      ...use,
      methods: [...new Set([...(seen?.methods ?? []), ...use.methods])].sort(),
      lastUse: seen && seen.lastUse > use.lastUse ? seen.lastUse : use.lastUse,
    });
  }
  return {
    recorded: joined([...recorded, told.recorded]),
    uses: [...uses.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  };
}

const keyOf = ({ caller, version, hash }) => `${caller} ${version} ${hash}`;

/** Spans that touch become one. */
function joined(spans) {
  const found = [];
  for (const span of [...spans].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = found.at(-1);
    if (last && span.from <= last.to) last.to = span.to > last.to ? span.to : last.to;
    else found.push({ ...span });
  }
  return found;
}

/** Since when all uses are known without a gap up to the last collection; undefined where there was none. */
export const knownSpan = ({ recorded } = { recorded: [] }) => recorded.at(-1);

/** Versions that somebody was seen to use, and whose releases are not there to compare with: sentences, none where all is well. */
export const missingReleases = (folder = releasesFolder) =>
  Object.entries(readInUse(folder)).flatMap(([name, { uses }]) =>
    uses
      .filter(({ version }) => version !== '' && version !== UNRELEASED && !releasesOf(name, folder).includes(version))
      .map(
        ({ caller, version, lastUse }) =>
          `  ${caller} uses ${name} ${version} (last seen ${lastUse.slice(0, 10)}), which is not in proto/releases/${name}: bring ${version}.binpb back.`,
      ),
  );
