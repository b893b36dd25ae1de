import { createSign } from 'node:crypto';
import type { SigningKey } from '../signing-key.js';

/** The headers of one signed request. A type rather than an interface, so that `fetch` takes it. */
export type SendgridHeaders = {
  'content-type': string;
  'user-agent': string;
  'x-twilio-email-event-webhook-signature': string;
  'x-twilio-email-event-webhook-timestamp': string;
};

/**
 * Signs a body as SendGrid does: ECDSA with SHA-256 over the timestamp's digits and the raw body, without anything between.
 * @param at when it claims to have been signed, to the second
 */
export function signSendgrid(key: SigningKey, body: Uint8Array, at: Date = new Date()): SendgridHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return {
    'content-type': 'application/json;charset=utf-8',
    'user-agent': 'SendGrid Event API',
    'x-twilio-email-event-webhook-signature': createSign('sha256')
      .update(timestamp)
      .update(body)
      .sign(key.privateKey, 'base64'),
    'x-twilio-email-event-webhook-timestamp': timestamp,
  };
}
