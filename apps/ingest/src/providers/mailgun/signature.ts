import { createHmac } from 'node:crypto';
import type { Proof, Verification, Verify } from '../provider.js';
import { ageProblem } from '../proving/age.js';
import { areSame } from '../proving/sameness.js';
import { objectOf, parseJson } from '../reading/parse-json.js';

/** Mailgun repeats for 8 hours; for how long it may be read again by a person or a proxy, nobody says. */
const HOURS_MAX = 25;

const invalid = (message: string): Verification => ({ valid: false, message });

/**
 * Verifies Mailgun's signature: HMAC-SHA256 over the time and a token, by any of the live keys. It stands in the body and does
 * not cover the rest of it: who sees one signature can make up one event. It becomes one event at most, as the
 * token is what the event is known by.
 */
export function verifier({ secrets }: Proof): Verify {
  return ({ body, receivedAtMs }) => {
    const { timestamp, token, signature } = objectOf(objectOf(parseJson(body)).signature);
    if (typeof token !== 'string' || typeof signature !== 'string') return invalid('The body holds no signature.');
    const problem = ageProblem(timestamp, receivedAtMs, HOURS_MAX);
    if (problem !== undefined) return invalid(problem);
    const given = Buffer.from(signature, 'hex');
    const isSigned = secrets.some((key) =>
      areSame(createHmac('sha256', key).update(`${timestamp}${token}`).digest(), given),
    );
    return isSigned ? { valid: true } : invalid('The signature was not made by any key of the connection.');
  };
}
