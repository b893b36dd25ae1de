import { createHash } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import { detailsOf, type SampleKind, type SampleProvider, seconds, words } from './sample-provider.js';
import { authorization, jsonBody, newCredentials } from './secrets.js';

interface Details {
  readonly envelope: 'message_event' | 'track_event' | 'gen_event' | 'unsubscribe_event';
  readonly fields: object;
}

const message = (fields: object): Details => ({ envelope: 'message_event', fields });
const track = (fields: object): Details => ({
  envelope: 'track_event',
  fields: {
    user_agent: words.browser,
    ip_address: '198.51.100.7',
    geo_ip: { country: 'FR', region: 'IDF', city: 'Paris', latitude: 48.85, longitude: 2.35 },
    user_agent_parsed: { agent_family: 'Mobile Safari', is_mobile: true, is_proxy: false, is_prefetched: false },
    ...fields,
  },
});

const details: Partial<Record<SampleKind, Details>> = {
  accepted: message({ type: 'injection', msg_size: '1337' }),
  deferred: message({
    type: 'delay',
    bounce_class: '21',
    error_code: '454',
    raw_reason: words.deferred,
    num_retries: '2',
  }),
  delivered: message({ type: 'delivery', num_retries: '0', outbound_tls: '1', ip_address: '192.0.2.17' }),
  bounce: message({
    type: 'bounce',
    bounce_class: '10',
    error_code: '550',
    raw_reason: words.bounce,
    reason: words.bounce,
  }),
  reject: message({
    type: 'policy_rejection',
    bounce_class: '25',
    error_code: '550',
    raw_reason: '550 5.7.1 Suppressed',
  }),
  failed: {
    envelope: 'gen_event',
    fields: { type: 'generation_failure', error_code: '554', raw_reason: '554 bad template' },
  },
  open: track({ type: 'open' }),
  click: track({ type: 'click', target_link_url: words.link, target_link_name: 'fruit' }),
  complaint: message({
    type: 'spam_complaint',
    fbtype: 'abuse',
    report_by: 'isp.example',
    report_to: 'abuse.example.com',
  }),
  unsubscribe: { envelope: 'unsubscribe_event', fields: { type: 'list_unsubscribe', mailfrom: 'bounces@example.com' } },
  resubscribe: message({ type: 'bounce', bounce_class: '80', raw_reason: 'Subscribe' }),
  autoresponse: message({ type: 'out_of_band', bounce_class: '60', error_code: '550', raw_reason: 'Out of office' }),
};

export const sparkpostSamples: SampleProvider = {
  provider: Provider.SPARKPOST,
  path: 'sparkpost',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 350,
  newProof: newCredentials,
  event: (kind, { recipient, id, eventId, at, custom }) => {
    const { envelope, fields } = detailsOf(details, kind);
    // Numbers are texts here.
    const common = {
      event_id: eventId,
      timestamp: String(seconds(at)),
      transmission_id: id,
      message_id: '000443ee14578172be22',
      raw_rcpt_to: recipient,
      rcpt_to: recipient.toLowerCase(),
      rcpt_meta: custom,
      rcpt_tags: ['receipts'],
      subaccount_id: '101',
      customer_id: '1',
      campaign_id: 'Autumn',
      template_id: 'receipt',
      template_version: '3',
      friendly_from: 'shop@example.com',
      subject: 'Danke – ✓',
      mailbox_provider: 'Gmail',
    };
    return { msys: { [envelope]: { ...common, ...fields } } };
  },
  request: (events, proof, url) => {
    const body = jsonBody(events);
    const batch = createHash('sha256').update(body).digest('hex').slice(0, 32);
    const headers = {
      'content-type': 'application/json',
      'x-messagesystems-batch-id': batch,
      authorization: authorization(proof),
    };
    return { method: 'POST', url, headers, body };
  },
};
