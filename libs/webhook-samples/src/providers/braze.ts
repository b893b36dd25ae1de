import { randomBytes } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import { detailsOf, type SampleKind, type SampleProvider, seconds, words } from './sample-provider.js';
import { authorization, jsonBody, newKey } from './secrets.js';

const details: Partial<Record<SampleKind, { name: string; properties?: object }>> = {
  accepted: { name: 'Send' },
  deferred: { name: 'Deferral', properties: { bounce_reason: words.deferred } },
  delivered: { name: 'Delivery' },
  bounce: { name: 'Bounce', properties: { bounce_reason: words.bounce, is_drop: false } },
  reject: { name: 'Bounce', properties: { bounce_reason: 'Suppressed', is_drop: true } },
  open: { name: 'Open', properties: { user_agent: words.browser, machine_open: 'true' } },
  click: { name: 'Click', properties: { user_agent: words.browser, link_url: words.link, link_id: 'a1' } },
  complaint: { name: 'MarkAsSpam', properties: { user_agent: words.browser } },
  unsubscribe: { name: 'Unsubscribe' },
};

export const brazeSamples: SampleProvider = {
  provider: Provider.BRAZE,
  path: 'braze',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 500,
  newProof: () => ({ ...newKey(), secrets: [randomBytes(24).toString('base64url')] }),
  event: (kind, { recipient, id, eventId, at, custom }) => {
    const { name, properties = {} } = detailsOf(details, kind);
    return {
      event_type: `users.messages.email.${name}`,
      id: eventId,
      time: seconds(at),
      user: { user_id: '0123456789abcdef01234567', external_user_id: 'u-4711', timezone: 'Europe/Berlin' },
      properties: {
        email_address: recipient,
        campaign_id: '11234567-89ab-cdef-0123-456789abcdef',
        campaign_name: 'Autumn',
        message_variation_id: 'c1234567-89ab-cdef-0123-456789abcdef',
        send_id: 'f123456789abcdef01234567',
        dispatch_id: id,
        ip_pool: 'default',
        message_extras: JSON.stringify(custom),
        ...properties,
      },
    };
  },
  request: (events, proof, url) => {
    const headers = { 'content-type': 'application/json', authorization: authorization(proof) };
    return { method: 'POST', url, headers, body: jsonBody({ events }) };
  },
};
