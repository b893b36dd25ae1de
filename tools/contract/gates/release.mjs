import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { descriptorSet, hashOf } from '../../kelp-contract/identity.mjs';
import { closureOf } from '../image.mjs';
import { imagePath, latestRelease, readRelease, releasesFolder, UNRELEASED } from '../releases.mjs';
import { changes, writeChangelog } from './changelog.mjs';
import { breaks, report } from './check.mjs';
import { breaking, SOURCE } from './findings.mjs';
import { promisesOf } from './promises.mjs';

/** The calls that clients of a version make, for the compatibility run; those of the next one where none is named. */
export const callsPath = (name, folder, version) =>
  join(folder, name, version ? `${version}.calls.json` : 'calls.json');

/** The RPCs of a contract that no recorded call makes: what only the code demands of them is not seen. */
export function uncovered(name, all, folder = releasesFolder) {
  const path = callsPath(name, folder);
  const made = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).map(({ rpc }) => rpc) : [];
  return [...promisesOf(closureOf(name, all)).values()]
    .filter(({ kind, desc }) => kind === 'RPC' && !made.includes(desc.name))
    .map(({ desc }) => desc.name);
}

/** What a command refuses, and why: a sentence for the one who typed it. */
export class Refusal extends Error {}

/**
 * Stores a contract as its next version: a minor one where all code that uses it stays right, else a major one. What
 * would break a version in use is no release at all.
 * @param {string} name of the contract
 * @param {object[]} all descriptors of all contracts as they are now, with comments
 * @returns {Promise<{ version: string, hash: string, lines: string[] }>}
 */
export async function release(name, all, { folder = releasesFolder, today = new Date() } = {}) {
  const files = closureOf(name, all);
  const former = latestRelease(name, folder);
  const hash = hashOf(files);
  const isFirst = former === UNRELEASED;
  const before = isFirst ? [] : readRelease(name, former, folder);
  if (!isFirst && hashOf(before) === hash)
    throw new Refusal(`${name} ${former} is what the contract is: nothing to release.`);
  const found = await breaks(name, all, folder);
  if (found.length > 0) throw new Refusal(`${name} would break versions in use:\n${report(name, found).join('\n')}`);
  const isMinor = isFirst || (await breaking(before, files, SOURCE)).length === 0;
  const version = next(former, isMinor);
  const lines = changes(before, files);
  const target = imagePath(name, version, folder);
  if (existsSync(target)) throw new Refusal(`${name} ${version} exists.`);
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(target, descriptorSet(files));
  const calls = callsPath(name, folder);
  if (existsSync(calls)) copyFileSync(calls, callsPath(name, folder, version));
  const text = isFirst ? [`The first release. It has ${summary(files)}.`] : lines;
  writeChangelog(name, `${version} of ${today.toISOString().slice(0, 10)} (${hash})`, text, folder);
  return { version, hash, lines: text };
}

function next(former, isMinor) {
  if (former === UNRELEASED) return '1.0.0';
  const [major, minor] = former.split('.').map(Number);
  return isMinor ? `${major}.${minor + 1}.0` : `${major + 1}.0.0`;
}

function summary(files) {
  const own = changes([], files);
  const count = (kind) => own.filter((line) => line.startsWith(`- adds the ${kind} `)).length;
  return `${count('service')} service, ${count('message')} messages and ${count('enum')} enums`;
}
