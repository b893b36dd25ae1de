import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificates, type TlsFiles, tlsFilesIn } from './certificates.js';

let folder: Promise<string> | undefined;
let latest: Promise<unknown> = Promise.resolve();

/** Jest's global setup gives one folder to a run, and removes it. */
const ownFolder = () => process.env.TEST_CERTIFICATES ?? mkdtemp(join(tmpdir(), 'kelp-certificates-'));

/** A certificate for tests: the one with which `name` serves and calls. All of a process have one authority. */
export async function tlsOf(name: string): Promise<TlsFiles> {
  folder ??= Promise.resolve(ownFolder());
  const path = await folder;
  // One after the other: two at once would make an authority each.
  const made = latest.then(() => ensureCertificates(path, [name]));
  latest = made.catch(() => undefined);
  await made;
  return tlsFilesIn(path, name);
}
