import { createPublicKey } from 'node:crypto';
import { Provider } from '@kelp/contract-event';

/** What a provider's verification keys have to be, for those who give another one; undefined for a good one. */
export function verificationKeyProblem(provider: Provider, key: string): string | undefined {
  switch (provider) {
    case Provider.SENDGRID:
      return isP256(key)
        ? undefined
        : 'Must be the base64 of an SPKI DER with an ECDSA P-256 key, as SendGrid shows it.';
    case Provider.UNSPECIFIED:
    case Provider.UNRECOGNIZED:
      return undefined; // the provider itself is what is wrong
  }
}

/** Byte for byte what the key is written as, so that nothing hides behind it and one key has one text. */
function isP256(text: string): boolean {
  const der = Buffer.from(text, 'base64');
  if (der.toString('base64') !== text) return false;
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return (
      key.asymmetricKeyType === 'ec' &&
      key.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
      key.export({ format: 'der', type: 'spki' }).equals(der)
    );
  } catch {
    return false; // OpenSSL's words for it help nobody
  }
}
