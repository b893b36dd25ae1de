import { createHmac, timingSafeEqual } from 'node:crypto';

const STEP_SECONDS = 30;
const DIGITS = 6;
/** So many steps early or late are good: clocks differ, and people type slowly. */
const WINDOW = 1;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The number of the step at this time. */
export const stepAt = (timeMs: number): number => Math.floor(timeMs / 1_000 / STEP_SECONDS);

/** The code of a step, as RFC 4226 and RFC 6238 say. */
export function codeOf(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1)! & 0xf) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * Which step's code it is, of those that are good now; undefined where it is none. Takes the same time either way.
 * @param lastStep of the last code that was used: that one and those before it are not good any more
 */
export function stepOf(secret: Uint8Array, code: string, lastStep: number, nowMs: number): number | undefined {
  const given = Buffer.from(code.padEnd(DIGITS).slice(0, DIGITS));
  let found: number | undefined;
  for (let step = stepAt(nowMs) - WINDOW; step <= stepAt(nowMs) + WINDOW; step++) {
    const expected = Buffer.from(codeOf(secret, Math.max(step, 0)));
    const isSame = given.length === expected.length && timingSafeEqual(given, expected);
    if (isSame && code.length === DIGITS && step > lastStep) found ??= step;
  }
  return found;
}

/** Bytes as authenticators take them, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(value >>> (bits - 5)) & 31];
  }
  return bits > 0 ? text + BASE32[(value << (5 - bits)) & 31] : text;
}

/** What a QR code says to an authenticator. */
export function otpauthUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = new URLSearchParams({ secret: base32(secret), issuer, algorithm: 'SHA1', digits: '6', period: '30' });
  return `otpauth://totp/${label}?${query}`;
}
