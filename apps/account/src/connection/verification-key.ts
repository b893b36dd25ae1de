import { createPublicKey, type KeyObject } from 'node:crypto';

const RSA_BITS_MIN = 2048;

/** Whether it is an ECDSA P-256 key in base64 of an SPKI DER. */
export function isP256(text: string): boolean {
  const key = publicKey(text);
  return key?.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

/** Whether it is an RSA key that is long enough, in base64 of an SPKI DER. */
export function isRsa(text: string): boolean {
  const key = publicKey(text);
  return key?.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN;
}

/** Byte for byte what the key is written as, so that nothing hides behind it and one key has one text. */
function publicKey(text: string): KeyObject | undefined {
  const der = Buffer.from(text, 'base64');
  if (der.toString('base64') !== text) return undefined;
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.export({ format: 'der', type: 'spki' }).equals(der) ? key : undefined;
  } catch {
    return undefined; // OpenSSL's words for it help nobody
  }
}
