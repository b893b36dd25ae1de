import { Provider } from '@kelp/contract-event';
import { detailsOf, onlyEvent, type SampleKind, type SampleProvider, words } from './sample-provider.js';
import { authorization, jsonBody, newCredentials } from './secrets.js';

const reader = {
  ip: '198.51.100.7',
  country: 'US',
  city: 'San Jose',
  userAgent: words.browser,
  userAgentDevice: 'Mac',
};

const details: Partial<Record<SampleKind, { eventName: string; fields?: object }>> = {
  accepted: { eventName: 'emailSend', fields: { contentId: 331_201 } },
  bounce: { eventName: 'emailBounce', fields: { recipientState: 'HardBounce', bounceMessage: words.bounce } },
  reject: { eventName: 'emailSendSkip', fields: { reason: 'DuplicateMarketingMessage' } },
  open: { eventName: 'emailOpen', fields: reader },
  click: { eventName: 'emailClick', fields: { ...reader, url: words.link, hrefIndex: 3, contentId: 331_201 } },
  complaint: { eventName: 'emailComplaint', fields: { recipientState: 'Complaint' } },
  unsubscribe: {
    eventName: 'emailUnSubscribe',
    fields: { unsubSource: 'EmailLink', emailListIds: [], channelIds: [3] },
  },
  resubscribe: { eventName: 'emailSubscribe', fields: { signupSource: 'WebForm', emailListIds: [14] } },
};

export const iterableSamples: SampleProvider = {
  provider: Provider.ITERABLE,
  path: 'iterable',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 1,
  newProof: newCredentials,
  event: (kind, { recipient, id, at, custom }) => {
    const { eventName, fields = {} } = detailsOf(details, kind);
    const dataFields = {
      email: recipient,
      campaignId: 1_178_475,
      campaignName: 'Autumn',
      templateId: 1_700_131,
      messageId: id,
      channelId: 3,
      messageTypeId: 4,
      experimentId: null,
      labels: ['receipts'],
      createdAt: at
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' +00:00'),
      ...custom,
      ...fields,
    };
    return { email: recipient, userId: '1', eventName, dataFields };
  },
  request: (events, proof, url) => {
    const headers = { 'content-type': 'application/json', authorization: authorization(proof) };
    return { method: 'POST', url, headers, body: jsonBody(onlyEvent(events)) };
  },
};
