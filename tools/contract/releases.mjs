import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { calls } from '../boundaries.mjs';

/** Where releases are kept: one folder for each contract. */
export const releasesFolder = join(import.meta.dirname, '../../proto/releases');

/** The contracts that are released: those of the services, and the one that every server has. */
export const released = [...Object.keys(calls), 'usage'];

const IMAGE = /^(\d+)\.(\d+)\.(\d+)\.binpb$/;

/** What a contract's first release follows. */
export const UNRELEASED = '0.0.0';

const numbers = (version) => version.split('.').map(Number);

/** Orders versions, oldest first. */
export function byVersion(a, b) {
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((number, index) => number !== right[index]);
  return at < 0 ? 0 : left[at] - right[at];
}

/** The versions of a contract that are not retired, oldest first. */
export function releasesOf(name, folder = releasesFolder) {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((file) => IMAGE.test(file))
    .map((file) => file.replace('.binpb', ''))
    .sort(byVersion);
}

/** The latest release, which the contract as it is now is, or was changed from. */
export const latestRelease = (name, folder) => releasesOf(name, folder).at(-1) ?? UNRELEASED;

export const imagePath = (name, version, folder = releasesFolder) => join(folder, name, `${version}.binpb`);

/** The descriptors of a released contract and of all that it imports. */
export const readRelease = (name, version, folder) =>
  fromBinary(FileDescriptorSetSchema, readFileSync(imagePath(name, version, folder))).file;
