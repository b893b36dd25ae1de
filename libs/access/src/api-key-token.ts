import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
const SECRET_DIGITS = 43;
const ID_DIGITS = 8;
const CHECKSUM_DIGITS = 6;
const TOKEN = /^kelp_(live|test)_([0-9A-Za-z]{8})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

function base62(bytes: Uint8Array, digits: number): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let place = 0; place < digits; place++) {
    text = DIGITS[Number(value % 62n)] + text;
    value /= 62n;
  }
  return text;
}

const checksumOf = (text: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return base62(bytes, CHECKSUM_DIGITS);
};

/**
 * A new token of an API key: `kelp_<live|test>_<8 digits that name it>_<256 random bits><checksum>`. Its beginning and its
 * checksum let scanners tell it from other text, wherever it leaks to.
 */
export function newApiKeyToken(environment: 'live' | 'test'): string {
  const id = base62(randomBytes(SECRET_BYTES), ID_DIGITS);
  const body = `kelp_${environment}_${id}_${base62(randomBytes(SECRET_BYTES), SECRET_DIGITS)}`;
  return body + checksumOf(body);
}

/** Whether a text is a token as `newApiKeyToken` makes them: anything else is refused without a look-up. */
export const isApiKeyToken = (token: string): boolean =>
  TOKEN.test(token) && checksumOf(token.slice(0, -CHECKSUM_DIGITS)) === token.slice(-CHECKSUM_DIGITS);

/** How a token begins: enough to tell keys apart, and nothing of the secret. */
export const prefixOfToken = (token: string): string => token.slice(0, 'kelp_live_'.length + ID_DIGITS);

/** What is stored of a token. It has 256 random bits, so that nobody guesses what makes a hash: no salt, no slowness. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();
