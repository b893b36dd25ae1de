import { createHmac } from 'node:crypto';
import type { Proof, Verification, Verify, WebhookRequest } from '../provider.js';
import { ageProblem } from '../proving/age.js';
import { areSame } from '../proving/sameness.js';

/** Resend repeats for 28 hours, and nothing promises that it signs each time anew. */
const HOURS_MAX = 30;
/** While a secret is rotated there are two; nobody needs more than that. */
const SIGNATURES_MAX = 8;

const invalid = (message: string): Verification => ({ valid: false, message });

/**
 * Verifies Svix's signature: HMAC-SHA256 over identifier, time and body, by any of the live secrets. The headers are also
 * taken in the spelling of Standard Webhooks, which is the same scheme.
 */
export function verifier({ secrets }: Proof): Verify {
  const keys = secrets
    .map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .filter(({ length }) => length > 0);
  return (request) => {
    const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) => headerOf(request, name));
    if (!id || !timestamp || !signature) return invalid('The request is not signed.');
    const problem = ageProblem(timestamp, request.receivedAtMs, HOURS_MAX);
    if (problem !== undefined) return invalid(problem);
    const given = signature
      .split(' ', SIGNATURES_MAX)
      .filter((each) => each.startsWith('v1,'))
      .map((each) => Buffer.from(each.slice(3), 'base64'));
    const isSigned = keys.some((key) => {
      const own = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(request.body).digest();
      return given.some((each) => areSame(own, each));
    });
    return isSigned
      ? { valid: true }
      : invalid('The signature was not made for this body by any secret of the connection.');
  };
}

const headerOf = ({ headers }: WebhookRequest, name: string): string | undefined => {
  const value = headers[`svix-${name}`] ?? headers[`webhook-${name}`];
  return typeof value === 'string' ? value : undefined;
};
