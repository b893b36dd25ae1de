import { Provider } from '@kelp/contract-event';
import { type SendgridType, sendgridBody, sendgridEvent } from '../sendgrid/event.js';
import { signSendgrid } from '../sendgrid/headers.js';
import { signingKey } from '../signing-key.js';
import { detailsOf, type SampleKind, type SampleProvider, seconds } from './sample-provider.js';

const types: Partial<Record<SampleKind, SendgridType>> = {
  accepted: 'processed',
  deferred: 'deferred',
  delivered: 'delivered',
  bounce: 'bounce',
  reject: 'dropped',
  open: 'open',
  click: 'click',
  complaint: 'spamreport',
  unsubscribe: 'unsubscribe',
  resubscribe: 'group_resubscribe',
};

export const sendgridSamples: SampleProvider = {
  provider: Provider.SENDGRID,
  path: 'sendgrid',
  kinds: Object.keys(types) as SampleKind[],
  batchMax: 1_000,
  newProof: () => {
    const { publicKey, pem } = signingKey();
    return { verificationKeys: [publicKey], secrets: [], topicArns: [], privateKey: pem };
  },
  event: (kind, { recipient, id, eventId, at, custom }) =>
    sendgridEvent(detailsOf(types, kind), {
      ...custom,
      email: recipient,
      timestamp: seconds(at),
      sg_event_id: eventId,
      sg_message_id: `${id}.recvd-6b4f5c7d9-x2k8p-1-66F1A2B3-1A.0`,
    }),
  request: (events, { privateKey }, url, at) => {
    if (privateKey === undefined) throw new Error('SendGrid signs with a private key, and there is none.');
    const body = sendgridBody(events);
    return { method: 'POST', url, headers: signSendgrid(signingKey(privateKey), body, at), body };
  },
};
