import { createHash, createPrivateKey, createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import {
  detailsOf,
  onlyEvent,
  type SampleKind,
  type SampleProof,
  type SampleProvider,
  words,
} from './sample-provider.js';
import { jsonBody } from './secrets.js';

interface Details {
  readonly eventType: string;
  /** The part of the event that says more; its time is put in. */
  readonly part: string;
  readonly fields: (recipient: string) => object;
}

const bounced = (bounceType: string, bounceSubType: string): Details => ({
  eventType: 'Bounce',
  part: 'bounce',
  fields: (emailAddress) => ({
    bounceType,
    bounceSubType,
    bouncedRecipients: [{ emailAddress, action: 'failed', status: '5.1.1', diagnosticCode: `smtp; ${words.bounce}` }],
    feedbackId: '0100016f-1a2b-4c3d-8e9f-000000000000',
    reportingMTA: 'dns; a8-70.smtp-out.amazonses.com',
  }),
});

const details: Partial<Record<SampleKind, Details>> = {
  accepted: { eventType: 'Send', part: 'send', fields: () => ({}) },
  deferred: {
    eventType: 'DeliveryDelay',
    part: 'deliveryDelay',
    fields: (emailAddress) => ({
      delayType: 'TransientCommunicationFailure',
      delayedRecipients: [{ emailAddress, status: '4.7.1', diagnosticCode: `smtp; ${words.deferred}` }],
    }),
  },
  delivered: {
    eventType: 'Delivery',
    part: 'delivery',
    fields: (recipient) => ({ recipients: [recipient], smtpResponse: words.delivered, processingTimeMillis: 546 }),
  },
  bounce: bounced('Permanent', 'General'),
  reject: bounced('Permanent', 'OnAccountSuppressionList'),
  failed: {
    eventType: 'Rendering Failure',
    part: 'failure',
    fields: () => ({ templateName: 'receipt', errorMessage: "Attribute 'name' is not present in the rendering data." }),
  },
  open: { eventType: 'Open', part: 'open', fields: () => ({ ipAddress: '198.51.100.7', userAgent: words.browser }) },
  click: {
    eventType: 'Click',
    part: 'click',
    fields: () => ({
      ipAddress: '198.51.100.7',
      userAgent: words.browser,
      link: words.link,
      linkTags: { area: ['footer'] },
    }),
  },
  complaint: {
    eventType: 'Complaint',
    part: 'complaint',
    fields: (emailAddress) => ({
      complainedRecipients: [{ emailAddress }],
      complaintFeedbackType: 'abuse',
      feedbackId: '0100016f-1a2b-4c3d-8e9f-000000000001',
    }),
  },
  unsubscribe: {
    eventType: 'Subscription',
    part: 'subscription',
    fields: () => ({ contactList: 'Shop', newTopicPreferences: { unsubscribeAll: true, topicSubscriptionStatus: [] } }),
  },
  resubscribe: {
    eventType: 'Subscription',
    part: 'subscription',
    fields: () => ({
      contactList: 'Shop',
      newTopicPreferences: { unsubscribeAll: false, topicSubscriptionStatus: [] },
      oldTopicPreferences: { unsubscribeAll: true, topicSubscriptionStatus: [] },
    }),
  },
};

export const sampleTopic = 'arn:aws:sns:eu-central-1:123456789012:kelp-samples';
const region = 'eu-central-1';

/** With what SNS signs: names and values in the order of the names. */
const signedNames = ['Message', 'MessageId', 'SubscribeURL', 'Subject', 'Timestamp', 'Token', 'TopicArn', 'Type'];

export interface EnvelopeFields {
  readonly Type: string;
  readonly Message: string;
  readonly [field: string]: string;
}

/** An envelope of SNS, signed with the proof's key. */
export function snsEnvelope(
  fields: EnvelopeFields,
  { privateKey, topicArns: [topic = sampleTopic] }: SampleProof,
  at: Date,
  version: '1' | '2' = '2',
): object {
  if (privateKey === undefined) throw new Error('Amazon SNS signs with a private key, and there is none.');
  const hash = createHash('sha256').update(fields.Message).digest('hex');
  const envelope: EnvelopeFields = {
    MessageId: hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    TopicArn: topic,
    Timestamp: at.toISOString(),
    ...fields,
  };
  const text = signedNames
    .flatMap((name) => (envelope[name] === undefined ? [] : [`${name}\n${envelope[name]}\n`]))
    .join('');
  return {
    ...envelope,
    SignatureVersion: version,
    Signature: createSign(version === '1' ? 'sha1' : 'sha256')
      .update(text)
      .sign(privateKey, 'base64'),
    SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem`,
  };
}

/** The address at which Amazon wants to be visited, as a yes to a subscription. */
export const subscribeUrl = (topic: string, token: string): string =>
  `https://sns.${region}.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`;

/** The public half of a key, as a connection's `verification_keys` take it. */
export const rsaPublicKey = (privateKey: string): string =>
  createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' }).toString('base64');

export const sesSamples: SampleProvider = {
  provider: Provider.SES,
  path: 'ses',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 1,
  // Amazon's own key nobody has: the connection believes this one besides.
  newProof: () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { verificationKeys: [rsaPublicKey(pem)], secrets: [], topicArns: [sampleTopic], privateKey: pem };
  },
  event: (kind, { recipient, id, eventId, at, custom }) => {
    const { eventType, part, fields } = detailsOf(details, kind);
    const tags = Object.entries(custom).map(([name, value]) => [name, [value]]);
    return {
      eventType,
      mail: {
        timestamp: at.toISOString(),
        source: 'Shop <shop@example.com>',
        sendingAccountId: '123456789012',
        messageId: id,
        destination: [recipient],
        headersTruncated: false,
        headers: [{ name: 'X-Event', value: eventId }],
        commonHeaders: { from: ['shop@example.com'], to: [recipient], subject: 'Danke – ✓' },
        tags: { 'ses:configuration-set': ['kelp'], 'ses:source-ip': ['192.0.2.0'], ...Object.fromEntries(tags) },
      },
      [part]: { timestamp: at.toISOString(), ...fields(recipient) },
    };
  },
  request: (events, proof, url, at) => {
    const fields = {
      Type: 'Notification',
      Subject: 'Amazon SES Email Event Notification',
      Message: `${JSON.stringify(onlyEvent(events))}\n`,
    };
    const envelope = snsEnvelope(fields, proof, at) as EnvelopeFields;
    const headers = {
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': envelope.MessageId ?? '',
      'x-amz-sns-topic-arn': envelope.TopicArn ?? '',
    };
    return { method: 'POST', url, headers, body: jsonBody(envelope) };
  },
};
