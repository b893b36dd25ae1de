import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calls } from '../../boundaries.mjs';
import { readAll } from '../image.mjs';
import { brokenBy } from './consumers.mjs';
import { findings } from './findings.mjs';

const root = join(import.meta.dirname, '../../..');
const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });

/**
 * What would break those who were built from the main branch, released or not: it may be deployed.
 * @param {object[]} files all descriptors as they are now
 * @returns {Promise<import('./check.mjs').Break[] | undefined>} undefined where there is no
 *   main branch to compare with, as in a shallow clone
 */
export async function breaksOfMain(files) {
  const { status, stdout: base } = git('merge-base', 'HEAD', 'main');
  if (status !== 0) return undefined;
  const before = protosAt(`${base}`.trim());
  const callers = Object.entries(calls).map(([caller, callees]) => ({
    caller,
    methods: Object.values(callees).flat(),
  }));
  return (await findings(before, files)).map((finding) => ({
    version: 'main',
    finding,
    broken: brokenBy(finding, before, callers),
  }));
}

function protosAt(commit) {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-main-'));
  try {
    const archive = git('archive', commit, 'proto');
    const { status } = spawnSync('tar', ['-x', '-C', folder], { input: archive.stdout });
    if (archive.status !== 0 || status !== 0) throw new Error(`The contracts at ${commit} cannot be read.`);
    return readAll(join(folder, 'proto'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
