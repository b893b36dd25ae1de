import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import type { Proof, Verification, Verify, WebhookRequest } from '../provider.js';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

/**
 * How old a signature may be. SendGrid repeats a request for 24 hours, and nothing says that it signs it anew, so a
 * narrow window would lose what was posted during an outage. Repeating a captured request changes nothing: its events
 * are stored once.
 */
export const AGE_MAX_MS = 25 * 3_600_000;
/** How far SendGrid's clock may be ahead of ours. */
export const AHEAD_MAX_MS = 5 * 60_000;

const invalid = (message: string): Verification => ({ valid: false, message });

/** @returns undefined where it is no ECDSA P-256 key in base64 of an SPKI DER */
export function importKey(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined; // the caller says what that means
  }
}

/** Verifies SendGrid's signature: ECDSA with SHA-256 over the timestamp and the body, by any of the live keys. */
export function verifier({ verificationKeys }: Proof): Verify {
  const live = verificationKeys.map(importKey).filter((key) => key !== undefined);
  return (request) => {
    const signature = request.headers[SIGNATURE];
    const timestamp = request.headers[TIMESTAMP];
    if (typeof signature !== 'string' || typeof timestamp !== 'string') {
      return invalid('The request is not signed.');
    }
    if (!/^\d{1,12}$/.test(timestamp)) return invalid('The signature has no time.');
    const ageMs = request.receivedAtMs - Number(timestamp) * 1000;
    if (ageMs > AGE_MAX_MS) return invalid('The signature is older than 25 hours.');
    if (ageMs < -AHEAD_MAX_MS) return invalid('The signature is from the future.');
    if (live.length === 0) return invalid('The connection has no key that could verify it.');
    const signed = bodiesOf(request).some((body) => live.some((key) => isSigned(timestamp, body, key, signature)));
    return signed ? { valid: true } : invalid('The signature was not made for this body by any key of the connection.');
  };
}

/** SendGrid does not compress. Whoever does on its behalf may sign before or after. */
const bodiesOf = ({ body, rawBody }: WebhookRequest) => (body === rawBody ? [body] : [body, rawBody]);

const isSigned = (timestamp: string, body: Buffer, key: KeyObject, signature: string): boolean =>
  createVerify('sha256').update(timestamp).update(body).verify(key, signature, 'base64');
