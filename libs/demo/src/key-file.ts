import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type SigningKey, signingKey } from '@kelp/webhook-samples';

/** The pair of keys in this file; a new one, written there, where there is no file. */
export function signingKeyIn(path: string): SigningKey {
  try {
    return signingKey(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = signingKey();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, key.pem, { mode: 0o600 });
  return key;
}
