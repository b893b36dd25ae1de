import { generateKeyPairSync } from 'node:crypto';
import { sendgridBody, sendgridEvent, signingKey, signSendgrid } from '@kelp/webhook-samples';
import { nowhere } from '../../../test/nowhere.js';
import type { WebhookRequest } from '../provider.js';
import { verifier } from './signature.js';

const HOUR_MS = 3_600_000;
const now = new Date(1_790_000_000_000);
const key = signingKey();
const other = signingKey();
const body = sendgridBody([sendgridEvent('open'), sendgridEvent('click')]);

const request = (changes: Partial<WebhookRequest> = {}): WebhookRequest => ({
  method: 'POST',
  url: '/v1/webhooks/sendgrid/x',
  headers: signSendgrid(key, body, now),
  rawBody: body,
  body,
  receivedAtMs: now.getTime(),
  ...changes,
});
const verify = (changes?: Partial<WebhookRequest>, keys = [key.publicKey]) =>
  verifier({ verificationKeys: keys, secrets: [], topicArns: [] })(request(changes), nowhere);
const signedAt = (ms: number) => ({ headers: signSendgrid(key, body, new Date(now.getTime() + ms)) });

it('takes what the connection’s key has signed', () => expect(verify()).toEqual({ valid: true }));

it('takes any of the live keys, so that one can be rotated', () => {
  expect(verify({}, [other.publicKey, key.publicKey])).toEqual({ valid: true });
  expect(verify({}, ['', 'no key', key.publicKey])).toEqual({ valid: true });
});

it('refuses what another key has signed', () => {
  expect(verify({}, [other.publicKey])).toEqual({ valid: false, message: expect.stringContaining('any key') });
});

it('refuses a body that differs in one byte, even in its last line end', () => {
  const shorter = body.subarray(0, -1);
  const changed = Buffer.from(body);
  changed[10]! ^= 1;
  for (const wrong of [shorter, changed, Buffer.alloc(0)]) {
    expect(verify({ body: wrong, rawBody: wrong })).toMatchObject({ valid: false });
  }
});

it('refuses another time than the one that was signed', () => {
  const headers = { ...signSendgrid(key, body, now), 'x-twilio-email-event-webhook-timestamp': '1790000001' };
  expect(verify({ headers })).toMatchObject({ valid: false });
});

it.each(['x-twilio-email-event-webhook-signature', 'x-twilio-email-event-webhook-timestamp'] as const)(
  'refuses a request without %s',
  (header) => {
    const { [header]: _, ...headers } = signSendgrid(key, body, now);
    expect(verify({ headers })).toEqual({ valid: false, message: 'The request is not signed.' });
  },
);

it.each(['', 'x', '-1', '1e9', '12345678901234567890'])('refuses "%s" as a time', (timestamp) => {
  const headers = { ...signSendgrid(key, body, now), 'x-twilio-email-event-webhook-timestamp': timestamp };
  expect(verify({ headers })).toEqual({ valid: false, message: 'The signature has no time.' });
});

it.each(['', '!', 'AAAA', 'x'.repeat(10_000)])('refuses what is no signature at all', (signature) => {
  const headers = { ...signSendgrid(key, body, now), 'x-twilio-email-event-webhook-signature': signature };
  expect(verify({ headers })).toMatchObject({ valid: false });
});

it('takes what SendGrid repeats for a day, and refuses what is older', () => {
  expect(verify(signedAt(-24 * HOUR_MS))).toEqual({ valid: true });
  expect(verify(signedAt(-26 * HOUR_MS))).toEqual({ valid: false, message: expect.stringContaining('older') });
});

it('forgives a clock that is minutes ahead, and no more', () => {
  expect(verify(signedAt(4 * 60_000))).toEqual({ valid: true });
  expect(verify(signedAt(6 * 60_000))).toEqual({ valid: false, message: expect.stringContaining('future') });
});

it('takes a signature over the body before or after compression', () => {
  expect(verify({ rawBody: Buffer.from('compressed') })).toEqual({ valid: true });
  expect(verify({ body: Buffer.from('decompressed') })).toEqual({ valid: true });
});

it('refuses everything where the connection has no usable key', () => {
  const spki = { type: 'spki', format: 'der' } as const;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export(spki).toString('base64');
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export(spki).toString('base64');
  for (const keys of [[], ['AAAA'], [rsa], [p384]]) {
    expect(verify({}, keys)).toEqual({ valid: false, message: expect.stringContaining('no key') });
  }
});
