import { createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { type Outside, OutsideUnavailable, type Proof, type Verification, type Verify } from '../provider.js';
import { isoToUs } from '../reading/times.js';
import { certificateUrl } from './amazon-url.js';
import { Certificates } from './certificates.js';
import { type Envelope, envelopeOf, signedText } from './envelope.js';

const HOUR_MS = 3_600_000;
/** SNS repeats for an hour at most; what it could not deliver, people may send again out of a queue of their own. */
const AGE_MAX_MS = 25 * HOUR_MS;
const AHEAD_MAX_MS = 5 * 60_000;

/** RSA with this hash, by the version that the envelope names. */
const hashes: ReadonlyMap<string, string> = new Map([
  ['1', 'sha1'],
  ['2', 'sha256'],
]);

const invalid = (message: string): Verification => ({ valid: false, message });

/**
 * Verifies the signature of Amazon SNS, by one of the connection's own keys, or by the certificate that the envelope names, which has to be
 * Amazon's, in the topic's region. Anybody can make SNS sign: what proves that a message is meant is its topic, so only the
 * connection's topics pass, and nothing is fetched for any other.
 */
export function verifier({ topicArns, verificationKeys }: Proof): Verify {
  const topics: ReadonlySet<string> = new Set(topicArns);
  const keys = verificationKeys.map(importKey).filter((key) => key !== undefined);
  const certificates = new Certificates();
  return async ({ body, receivedAtMs }, outside) => {
    const envelope = envelopeOf(body);
    if (!envelope) return invalid('The body is no envelope of Amazon SNS.');
    if (!topics.has(envelope.TopicArn)) return invalid('The topic is not one of the connection.');
    const hash = hashes.get(envelope.SignatureVersion);
    if (hash === undefined) return invalid('The signature is of a version that is not known.');
    const problem = timeProblem(envelope, receivedAtMs);
    if (problem !== undefined) return invalid(problem);
    if (keys.some((key) => isSigned(envelope, hash, key))) return { valid: true };
    const url = certificateUrl(envelope.SigningCertURL, envelope.TopicArn);
    if (!url) return invalid("The certificate is not at Amazon's address for the topic's region.");
    const key = await keyAt(certificates, url, receivedAtMs, outside);
    if (typeof key === 'string') return invalid(`The certificate cannot be had: ${key}`);
    return isSigned(envelope, hash, key) ? { valid: true } : invalid('The signature was not made for this message.');
  };
}

function importKey(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined; // account refuses such keys
  }
}

function timeProblem({ Timestamp }: Envelope, receivedAtMs: number): string | undefined {
  const at = isoToUs(Timestamp);
  if (at === undefined) return 'The message has no time.';
  const ageMs = receivedAtMs - Number(at / 1000n);
  if (ageMs > AGE_MAX_MS) return 'The message is older than 25 hours.';
  return ageMs < -AHEAD_MAX_MS ? 'The message is from the future.' : undefined;
}

/** The key, or why there is none. */
async function keyAt(
  certificates: Certificates,
  url: URL,
  nowMs: number,
  outside: Outside,
): Promise<KeyObject | string> {
  try {
    return await certificates.keyAt(url, nowMs, outside);
  } catch (error) {
    if (error instanceof OutsideUnavailable) return error.message;
    throw error;
  }
}

const isSigned = (envelope: Envelope, hash: string, key: KeyObject): boolean =>
  createVerify(hash).update(signedText(envelope)).verify(key, envelope.Signature, 'base64');
