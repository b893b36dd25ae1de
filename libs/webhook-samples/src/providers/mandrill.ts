import { createHmac } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import { detailsOf, type SampleKind, type SampleProvider, seconds, words } from './sample-provider.js';
import { firstSecret, newKey } from './secrets.js';

interface Details {
  readonly event: string;
  readonly fields?: object;
  readonly message?: object;
}

const reader = {
  ip: '198.51.100.7',
  location: { country_short: 'US', country: 'United States', region: 'Oklahoma', city: 'Oklahoma City' },
  user_agent: words.browser,
  user_agent_parsed: { type: 'Browser', ua_family: 'Mobile Safari', mobile: true },
};

const details: Partial<Record<SampleKind, Details>> = {
  accepted: { event: 'send', message: { state: 'sent' } },
  deferred: { event: 'deferral', message: { state: 'deferred', diag: words.deferred } },
  delivered: { event: 'delivered', message: { state: 'sent', diag: words.delivered } },
  bounce: {
    event: 'hard_bounce',
    message: { state: 'bounced', bounce_description: 'bad_mailbox', bgtools_code: 10, diag: `smtp;${words.bounce}` },
  },
  reject: { event: 'reject', message: { state: 'rejected', reject: { reason: 'hard-bounce', last_event: 'bounced' } } },
  open: { event: 'open', fields: reader },
  click: { event: 'click', fields: { ...reader, url: words.link } },
  complaint: { event: 'spam', message: { state: 'spam' } },
  unsubscribe: { event: 'unsub', message: { state: 'unsub' } },
};

/** The headers that prove a form: what is signed is the address, and the fields in the order of their names. */
export function signMandrill(
  key: string,
  url: string,
  fields: Readonly<Record<string, string>>,
): Record<string, string> {
  const text = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
    .join('');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'Mandrill-Webhook/1.0',
    'x-mandrill-signature': createHmac('sha1', key).update(url).update(text).digest('base64'),
  };
}

export const mandrillSamples: SampleProvider = {
  provider: Provider.MANDRILL,
  path: 'mandrill',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 1_000,
  newProof: newKey,
  event: (kind, { recipient, id, at, custom }) => {
    const { event, fields = {}, message = {} } = detailsOf(details, kind);
    const about = {
      ts: seconds(at) - 1,
      _id: id,
      email: recipient,
      sender: 'shop@example.com',
      subject: 'Danke – ✓',
      template: null,
      tags: ['receipts'],
      metadata: custom,
      opens: [],
      clicks: [],
      smtp_events: [],
      resends: [],
    };
    return { event, _id: id, ts: seconds(at), ...fields, msg: { ...about, ...message } };
  },
  request: (events, proof, url) => {
    const fields = { mandrill_events: JSON.stringify(events) };
    const headers = signMandrill(firstSecret(proof), url, fields);
    return { method: 'POST', url, headers, body: Buffer.from(new URLSearchParams(fields).toString()) };
  },
};
