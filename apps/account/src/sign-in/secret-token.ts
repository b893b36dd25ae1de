import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A token of 256 random bits, in base64url. */
export const newToken = (): string => randomBytes(BYTES).toString('base64url');

/** What is stored of it: nobody guesses 256 bits, so that there is no need for salt and slowness. */
export const hashOf = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest());
