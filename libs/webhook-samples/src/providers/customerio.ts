import { createHmac } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import { detailsOf, onlyEvent, type SampleKind, type SampleProvider, seconds, words } from './sample-provider.js';
import { firstSecret, jsonBody, newKey } from './secrets.js';

const details: Partial<Record<SampleKind, { metric: string; data?: object }>> = {
  accepted: { metric: 'sent' },
  deferred: { metric: 'deferred', data: { failure_message: words.deferred } },
  delivered: { metric: 'delivered' },
  bounce: { metric: 'bounced', data: { failure_message: words.bounce } },
  reject: { metric: 'dropped', data: { failure_message: 'suppressed' } },
  failed: { metric: 'failed', data: { failure_message: 'missing attribute: name' } },
  open: { metric: 'opened' },
  click: { metric: 'clicked', data: { href: words.link, link_id: 1 } },
  complaint: { metric: 'spammed' },
  unsubscribe: { metric: 'unsubscribed' },
};

export const customerioSamples: SampleProvider = {
  provider: Provider.CUSTOMERIO,
  path: 'customerio',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 1,
  newProof: newKey,
  event: (kind, { recipient, id, eventId, at, custom }) => {
    const { metric, data = {} } = detailsOf(details, kind);
    const about = {
      customer_id: '0200102',
      identifiers: { id: '0200102', email: recipient, cio_id: '03000001' },
      delivery_id: id,
      campaign_id: 23,
      action_id: 36,
      content_id: 38,
      recipient,
      subject: 'Danke – ✓',
      message_data: custom,
    };
    return { event_id: eventId, object_type: 'email', metric, timestamp: seconds(at), data: { ...about, ...data } };
  },
  request: (events, proof, url, at) => {
    const body = jsonBody(onlyEvent(events));
    const timestamp = String(seconds(at));
    const signature = createHmac('sha256', firstSecret(proof)).update(`v0:${timestamp}:`).update(body).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Customer.io Web Hooks',
      'x-cio-timestamp': timestamp,
      'x-cio-signature': signature,
    };
    return { method: 'POST', url, headers, body };
  },
};
