import { createHash, createHmac } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import { detailsOf, onlyEvent, type SampleKind, type SampleProvider, seconds, words } from './sample-provider.js';
import { firstSecret, jsonBody, newKey } from './secrets.js';

const reader = {
  ip: '198.51.100.7',
  'client-info': {
    'client-type': 'mobile browser',
    'client-os': 'iOS',
    'device-type': 'mobile',
    'client-name': 'Mobile Safari',
    'user-agent': words.browser,
    bot: '',
  },
  geolocation: { country: 'CA', region: 'ON', city: 'Toronto' },
};

const details: Partial<Record<SampleKind, object>> = {
  accepted: { event: 'accepted', 'log-level': 'info', method: 'HTTP' },
  deferred: {
    event: 'failed',
    severity: 'temporary',
    reason: 'greylisted',
    'log-level': 'warn',
    'delivery-status': { code: 451, message: words.deferred, 'attempt-no': 1, 'retry-seconds': 600 },
  },
  delivered: {
    event: 'delivered',
    'log-level': 'info',
    'delivery-status': { code: 250, message: words.delivered, 'attempt-no': 1, tls: true, 'mx-host': 'mx.example.com' },
  },
  bounce: {
    event: 'failed',
    severity: 'permanent',
    reason: 'bounce',
    'log-level': 'error',
    'delivery-status': { code: 550, 'enhanced-code': '5.1.1', message: words.bounce, 'attempt-no': 1 },
  },
  reject: {
    event: 'failed',
    severity: 'permanent',
    reason: 'suppress-bounce',
    'log-level': 'error',
    'delivery-status': { code: 605, message: '', description: 'Not delivering to previously bounced address' },
  },
  open: { event: 'opened', 'log-level': 'info', ...reader },
  click: { event: 'clicked', 'log-level': 'info', ...reader, url: words.link },
  complaint: { event: 'complained', 'log-level': 'warn' },
  unsubscribe: { event: 'unsubscribed', 'log-level': 'warn', ...reader },
};

export const mailgunSamples: SampleProvider = {
  provider: Provider.MAILGUN,
  path: 'mailgun',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 1,
  newProof: newKey,
  event: (kind, { recipient, id, eventId, at, custom }) => ({
    ...detailsOf(details, kind),
    id: eventId,
    timestamp: at.getTime() / 1000 + 0.000125,
    recipient,
    'recipient-domain': recipient.split('@').at(-1),
    tags: ['receipts'],
    campaigns: [],
    'user-variables': custom,
    flags: { 'is-routed': false, 'is-authenticated': true, 'is-system-test': false, 'is-test-mode': false },
    message: {
      headers: {
        'message-id': `${id}@mg.example.com`,
        to: recipient,
        from: 'Shop <shop@example.com>',
        subject: 'Danke – ✓',
      },
      attachments: [],
      size: 11_873,
    },
  }),
  request: (events, proof, url, at) => {
    const event = onlyEvent(events);
    const timestamp = String(seconds(at));
    // The same event has the same token when it is posted again.
    const token = createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 50);
    const signature = createHmac('sha256', firstSecret(proof)).update(timestamp).update(token).digest('hex');
    const body = jsonBody({ signature: { timestamp, token, signature }, 'event-data': event });
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', 'user-agent': 'mailgun/treq-20.4.1' },
      body,
    };
  },
};
