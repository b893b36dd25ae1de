import { answersOf, statuses } from './answers.js';
import type { Outcome } from './provider.js';

/** Every provider's whole vocabulary, in this order. */
const providers = [
  'sendgrid',
  'mailgun',
  'postmark',
  'sparkpost',
  'ses',
  'mandrill',
  'mailjet',
  'resend',
  'customerio',
  'iterable',
  'braze',
] as const;

// Each row says why none of its numbers loses an event.
it.each<[Outcome, string, number[]]>([
  ['accepted', 'Mailgun and Mailjet want exactly 200', [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]],
  ['BODY_INVALID', 'a dead letter has it', [400, 400, 400, 400, 400, 400, 400, 400, 200, 400, 400]],
  ['SIGNATURE_INVALID', 'a key may be on its way', [401, 401, 503, 401, 503, 401, 401, 401, 503, 503, 503]],
  ['ADDRESS_NOT_ALLOWED', 'the list may be old', [403, 403, 503, 403, 503, 403, 403, 403, 503, 503, 503]],
  ['CONNECTION_UNKNOWN', 'it may be on its way', [404, 404, 503, 404, 503, 404, 404, 404, 503, 503, 503]],
  ['METHOD_UNKNOWN', 'no provider does that', [405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405]],
  ['BODY_TOO_LARGE', 'a limit can be raised', [413, 413, 503, 413, 503, 413, 413, 413, 503, 503, 503]],
  ['BODY_UNSUPPORTED', 'a proxy may be wrong', [415, 415, 503, 415, 503, 415, 415, 415, 503, 503, 503]],
  ['QUEUE_UNAVAILABLE', 'all repeat after 503', [503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503]],
  ['NOT_READY', 'all repeat after 503', [503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503]],
  ['RATE_LIMITED', 'SNS takes 4xx as delivered', [429, 429, 503, 429, 503, 429, 429, 429, 503, 503, 503]],
  ['CONFIRMATION_FAILED', 'all repeat after 503', [503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503]],
])('%s (%s) is told to each provider in its own words', (outcome, _, expected) => {
  expect(providers.map((provider) => statuses[provider][outcome])).toEqual(expected);
});

it('has a word for every outcome and every provider', () => {
  expect(Object.keys(statuses)).toEqual([...providers]);
  for (const provider of providers) expect(Object.keys(statuses[provider])).toHaveLength(12);
});

it('never says what loses events: 406 to Mailgun, 429 to Amazon SNS, 2xx for what is not kept anywhere', () => {
  expect(Object.values(statuses.mailgun)).not.toContain(406);
  expect(Object.values(statuses.ses)).not.toContain(429);
  for (const provider of providers) {
    const done = Object.entries(statuses[provider]).filter(([, status]) => status < 300);
    for (const [outcome] of done) expect(['accepted', 'BODY_INVALID']).toContain(outcome);
  }
});

it('says when to come again, what proves a request, and which methods there are', () => {
  const answer = answersOf('mandrill', ['POST', 'HEAD'], 'Signature');
  expect(answer('NOT_READY')).toEqual({ status: 503, headers: { 'retry-after': '5' } });
  expect(answer('RATE_LIMITED')).toEqual({ status: 429, headers: { 'retry-after': '5' } });
  expect(answer('SIGNATURE_INVALID')).toEqual({ status: 401, headers: { 'www-authenticate': 'Signature' } });
  expect(answer('METHOD_UNKNOWN')).toEqual({ status: 405, headers: { allow: 'POST, HEAD' } });
  expect(answer('accepted')).toEqual({ status: 200 });
});
