import { Provider } from '@kelp/contract-event';
import { detailsOf, type SampleKind, type SampleProvider, seconds, words } from './sample-provider.js';
import { authorization, newCredentials } from './secrets.js';

const reader = { ip: '198.51.100.7', geo: 'FR', agent: words.browser };

const details: Partial<Record<SampleKind, object>> = {
  deferred: {
    event: 'bounce',
    blocked: false,
    hard_bounce: false,
    error_related_to: 'recipient',
    error: 'greylisted',
    comment: words.deferred,
  },
  delivered: { event: 'sent', mj_message_id: '19421777835146490', smtp_reply: `sent (${words.delivered})` },
  bounce: {
    event: 'bounce',
    blocked: false,
    hard_bounce: true,
    error_related_to: 'recipient',
    error: 'user unknown',
    comment: words.bounce,
  },
  reject: { event: 'blocked', error_related_to: 'mailjet', error: 'preblocked' },
  open: { event: 'open', ...reader },
  click: { event: 'click', url: words.link, ...reader },
  complaint: { event: 'spam', source: 'JMRPP' },
  unsubscribe: { event: 'unsub', mj_list_id: 1, ...reader },
};

/** A number of 64 bits that means the message: JSON may hold it, JavaScript's numbers do not. */
const numberOf = (id: string): string => BigInt(`0x${Buffer.from(id).toString('hex').slice(-14) || '1'}`).toString();

export const mailjetSamples: SampleProvider = {
  provider: Provider.MAILJET,
  path: 'mailjet',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 1_000,
  newProof: newCredentials,
  event: (kind, { recipient, id, at, custom }) => ({
    time: seconds(at),
    MessageID: `@${numberOf(id)}@`,
    Message_GUID: id,
    email: recipient,
    mj_campaign_id: 7_276,
    mj_contact_id: 320,
    customcampaign: 'Autumn',
    CustomID: '',
    Payload: JSON.stringify(custom),
    ...detailsOf(details, kind),
  }),
  request: (events, proof, url) => {
    const json = JSON.stringify(events.length === 1 ? events[0] : events);
    const body = Buffer.from(json.replaceAll(/"MessageID":"@(\d+)@"/g, '"MessageID":$1'));
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', authorization: authorization(proof) },
      body,
    };
  },
};
