import { randomBytes } from 'node:crypto';
import type { SampleProof } from './sample-provider.js';

/** A secret of the provider's own making, such as a key to sign with. */
export const newKey = (): SampleProof => ({
  verificationKeys: [],
  secrets: [randomBytes(24).toString('hex')],
  topicArns: [],
});

/** Basic credentials, for providers that sign nothing. */
export const newCredentials = (): SampleProof => ({
  ...newKey(),
  secrets: [`kelp:${randomBytes(18).toString('base64url')}`],
});

export const firstSecret = ({ secrets: [secret] }: SampleProof): string => {
  if (secret === undefined) throw new Error('There is to be a secret, and there is none.');
  return secret;
};

/** What a request presents: credentials as such, anything else as a bearer token. */
export function authorization(proof: SampleProof): string {
  const secret = firstSecret(proof);
  return secret.includes(':') ? `Basic ${Buffer.from(secret).toString('base64')}` : `Bearer ${secret}`;
}

export const jsonBody = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
