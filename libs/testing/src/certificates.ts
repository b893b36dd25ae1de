import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issueCertificate, makeAuthority, type Pair } from './certificate-authority.js';

/** Paths of PEM files: what a server or a client of mutual TLS needs. */
export interface TlsFiles {
  ca: string;
  certificate: string;
  key: string;
}

const RENEW_BEFORE_MS = 7 * 86_400_000;

/** Where `ensureCertificates` keeps the certificate of a name. */
export const tlsFilesIn = (folder: string, name: string): TlsFiles => ({
  ca: join(folder, 'ca.pem'),
  certificate: join(folder, `${name}.pem`),
  key: join(folder, `${name}.key`),
});

/**
 * Makes what is missing, or expires within 7 days: a certificate authority (`ca.pem`, `ca.key`), and for each name a
 * certificate that it issued (`<name>.pem`, `<name>.key`). Private keys are readable to their owner only.
 * @returns the names that got a new certificate
 */
export async function ensureCertificates(
  folder: string,
  names: readonly string[],
  nowMs = Date.now(),
): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let authority = await readPair(folder, 'ca');
  if (!authority || !isFresh(authority, nowMs)) {
    authority = await makeAuthority();
    await writePair(folder, 'ca', authority);
  }
  const made: string[] = [];
  for (const name of names) {
    const pair = await readPair(folder, name);
    if (pair && isFresh(pair, nowMs) && isIssuedBy(authority, pair)) continue;
    await writePair(folder, name, await issueCertificate(authority, name));
    made.push(name);
  }
  return made;
}

async function readPair(folder: string, name: string): Promise<Pair | undefined> {
  const { certificate, key } = tlsFilesIn(folder, name);
  try {
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writePair(folder: string, name: string, pair: Pair): Promise<void> {
  const { certificate, key } = tlsFilesIn(folder, name);
  await replace(key, pair.key, 0o600);
  await replace(certificate, pair.certificate, 0o644);
}

/** Never leaves half a file to a server that reloads. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { mode });
  await rename(draft, path);
}

/** A pair whose halves do not belong together, or that is no certificate at all, is made anew. */
function isFresh({ certificate, key }: Pair, nowMs: number): boolean {
  try {
    const parsed = new X509Certificate(certificate);
    const expiresMs = Date.parse(parsed.validTo);
    return expiresMs > nowMs + RENEW_BEFORE_MS && parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function isIssuedBy(authority: Pair, { certificate }: Pair): boolean {
  const issuer = new X509Certificate(authority.certificate);
  const issued = new X509Certificate(certificate);
  return issued.checkIssued(issuer) && issued.verify(issuer.publicKey);
}
