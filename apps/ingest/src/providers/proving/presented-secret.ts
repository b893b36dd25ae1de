import type { Proof, Verify, WebhookRequest } from '../provider.js';
import { areSameTexts } from './sameness.js';

/**
 * Verifies requests of a provider that signs nothing, by what each of them presents: `user:password` as Basic credentials, a
 * token behind any scheme of `Authorization`, or a token as the parameter `token` of the address.
 */
export function secretVerifier({ secrets }: Proof): Verify {
  return (request) => {
    const presented = presentedBy(request);
    if (presented.length === 0) return { valid: false, message: 'The request presents no secret.' };
    // Each is compared with each, so that the time does not tell which of them was close.
    const matches = presented.flatMap((word) => secrets.filter((secret) => areSameTexts(word, secret)));
    return matches.length > 0
      ? { valid: true }
      : { valid: false, message: 'The request presents no secret of the connection.' };
  };
}

/** More words than any request has a reason for are not looked at. */
const WORDS_MAX = 4;

function presentedBy({ headers, url }: WebhookRequest): string[] {
  const authorization = (headers.authorization ?? '').trim();
  const blank = authorization.indexOf(' ');
  const [scheme, credentials] = [authorization.slice(0, Math.max(blank, 0)), authorization.slice(blank + 1).trim()];
  const words = scheme === '' ? [] : [credentials];
  if (scheme.toLowerCase() === 'basic') words.push(Buffer.from(credentials, 'base64').toString('utf8'));
  words.push(...queryOf(url).getAll('token'));
  return words.filter((word) => word !== '').slice(0, WORDS_MAX);
}

const queryOf = (url: string): URLSearchParams => {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
};
