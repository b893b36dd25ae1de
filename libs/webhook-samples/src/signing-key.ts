import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** The pair of keys with which a provider signs what it posts: ECDSA on P-256. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** As SendGrid shows it, and as a connection's `verification_keys` take it: base64 of an SPKI DER. */
  readonly publicKey: string;
  /** Gives the same pair to `signingKey` again, in another process or later: a PKCS #8 PEM. */
  readonly pem: string;
}

/**
 * A new pair of keys, or the one that a PEM holds.
 * @param pem what `SigningKey.pem` said
 */
export function signingKey(pem?: string): SigningKey {
  const privateKey = pem ? createPrivateKey(pem) : generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  return {
    privateKey,
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64'),
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
