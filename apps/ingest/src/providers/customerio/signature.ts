import { createHmac } from 'node:crypto';
import type { Proof, Verification, Verify } from '../provider.js';
import { ageProblem } from '../proving/age.js';
import { areSame } from '../proving/sameness.js';

/** Customer.io repeats for 7 days, and nothing says that it signs each time anew. */
const HOURS_MAX = 8 * 24;

const invalid = (message: string): Verification => ({ valid: false, message });

/** Verifies Customer.io's signature: HMAC-SHA256 over the scheme's version, the time and the body, by any of the live keys. */
export function verifier({ secrets }: Proof): Verify {
  return ({ headers, body, receivedAtMs }) => {
    const { 'x-cio-signature': signature, 'x-cio-timestamp': timestamp } = headers;
    if (typeof signature !== 'string' || typeof timestamp !== 'string') return invalid('The request is not signed.');
    const problem = ageProblem(timestamp, receivedAtMs, HOURS_MAX);
    if (problem !== undefined) return invalid(problem);
    const given = Buffer.from(signature, 'hex');
    const isSigned = secrets.some((key) =>
      areSame(createHmac('sha256', key).update(`v0:${timestamp}:`).update(body).digest(), given),
    );
    return isSigned
      ? { valid: true }
      : invalid('The signature was not made for this body by any key of the connection.');
  };
}
