import { createHmac } from 'node:crypto';
import type { Proof, Verification, Verify, WebhookRequest } from '../provider.js';
import { areSame } from '../proving/sameness.js';
import { formOf } from './form.js';

/** With which Mandrill signs before the webhook has a key of its own: proof of nothing. */
const TEST_KEY = 'test-webhook';

const invalid = (message: string): Verification => ({ valid: false, message });

/**
 * Verifies Mandrill's signature: HMAC-SHA1 over the webhook's whole address and the form's fields in the order of their names,
 * by any of the live keys. There is no time in it: a request that is repeated changes nothing.
 *
 * When a webhook is set up, Mandrill asks with HEAD, and then with an empty list that is signed with a key that everybody knows:
 * both bring nothing, so anybody may.
 */
export function verifier({ secrets }: Proof): Verify {
  return (request) => {
    const { method, headers, body } = request;
    if (method === 'HEAD') return { valid: true };
    const signature = headers['x-mandrill-signature'];
    if (typeof signature !== 'string') return invalid('The request is not signed.');
    const given = Buffer.from(signature, 'base64');
    const form = formOf(body);
    if (!form) return invalid('The form has too many fields.');
    const keys = isEmptyTest(form) ? [...secrets, TEST_KEY] : secrets;
    const fields = [...form]
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .flat()
      .join('');
    const isSigned = addressesOf(request).some((address) =>
      keys.some((key) => areSame(createHmac('sha1', key).update(address).update(fields).digest(), given)),
    );
    return isSigned
      ? { valid: true }
      : invalid('The signature was not made for this body and this address by any key of the connection.');
  };
}

const isEmptyTest = (form: URLSearchParams): boolean => form.size === 1 && form.get('mandrill_events') === '[]';

/**
 * The addresses that the webhook may have been given to Mandrill with. Proxies end TLS, and some change the host and say so;
 * whatever a header claims, only the address that was signed passes.
 */
function addressesOf({ headers, url }: WebhookRequest): string[] {
  const forwarded = headers['x-forwarded-host'];
  const hosts = [headers.host, Array.isArray(forwarded) ? forwarded[0] : forwarded?.split(',', 1)[0]?.trim()];
  return hosts.flatMap((host) => (host ? [`https://${host}${url}`, `http://${host}${url}`] : []));
}
