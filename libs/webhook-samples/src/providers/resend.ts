import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import { detailsOf, onlyEvent, type SampleKind, type SampleProvider, seconds, words } from './sample-provider.js';
import { firstSecret, jsonBody } from './secrets.js';

interface Details {
  readonly type: string;
  readonly data?: object;
}

const details: Partial<Record<SampleKind, Details>> = {
  accepted: { type: 'email.sent' },
  deferred: { type: 'email.delivery_delayed' },
  delivered: { type: 'email.delivered' },
  bounce: { type: 'email.bounced', data: { bounce: { type: 'Permanent', subType: 'General', message: words.bounce } } },
  reject: {
    type: 'email.suppressed',
    data: { suppressed: { type: 'OnAccountSuppressionList', message: 'Suppressed.' } },
  },
  failed: { type: 'email.failed', data: { failed: { reason: 'reached_daily_quota' } } },
  open: { type: 'email.opened' },
  click: {
    type: 'email.clicked',
    data: { click: { ipAddress: '198.51.100.7', link: words.link, userAgent: words.browser } },
  },
  complaint: { type: 'email.complained' },
};

/** The headers that prove a body, in Svix's scheme. @param secret `whsec_` and base64 */
export function signSvix(secret: string, id: string, body: Buffer, at: Date): Record<string, string> {
  const timestamp = String(seconds(at));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    'content-type': 'application/json',
    'user-agent': 'Svix-Webhooks/1.24.0',
    'svix-id': id,
    'svix-timestamp': timestamp,
    'svix-signature': `v1,${signature}`,
  };
}

export const resendSamples: SampleProvider = {
  provider: Provider.RESEND,
  path: 'resend',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 1,
  newProof: () => ({ verificationKeys: [], secrets: [`whsec_${randomBytes(24).toString('base64')}`], topicArns: [] }),
  event: (kind, { recipient, id, eventId, at, custom }) => {
    const { type, data = {} } = detailsOf(details, kind);
    const about = {
      created_at: at.toISOString(),
      email_id: id,
      from: 'Shop <shop@example.com>',
      to: [recipient],
      subject: 'Danke – ✓',
      broadcast_id: eventId,
      tags: custom,
    };
    return { type, created_at: at.toISOString(), data: { ...about, ...data } };
  },
  request: (events, proof, url, at) => {
    const body = jsonBody(onlyEvent(events));
    const id = `msg_${createHash('sha256').update(body).digest('base64url').slice(0, 27)}`;
    return { method: 'POST', url, headers: signSvix(firstSecret(proof), id, body, at), body };
  },
};
