import type { Outcome } from '../provider.js';
import { sendgrid } from './sendgrid.js';

// The whole table: SendGrid repeats after anything that is not 2xx, for 24 hours.
it.each<[Outcome, number, Record<string, string> | undefined]>([
  ['accepted', 200, undefined],
  ['BODY_INVALID', 400, undefined],
  ['SIGNATURE_INVALID', 401, { 'www-authenticate': 'Signature' }],
  ['CONNECTION_UNKNOWN', 404, undefined],
  ['METHOD_UNKNOWN', 405, { allow: 'POST' }],
  ['BODY_TOO_LARGE', 413, undefined],
  ['BODY_UNSUPPORTED', 415, undefined],
  ['QUEUE_UNAVAILABLE', 503, { 'retry-after': '5' }],
  ['NOT_READY', 503, { 'retry-after': '5' }],
])('answers %s with %i', (outcome, status, headers) => {
  expect(sendgrid.answer(outcome)).toEqual({ status, ...(headers && { headers }) });
});
