import { createHash } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import { detailsOf, onlyEvent, type SampleKind, type SampleProvider, words } from './sample-provider.js';
import { authorization, jsonBody, newCredentials } from './secrets.js';

interface Details {
  readonly record: object;
  /** What the time and the address are called there. */
  readonly time: string;
  readonly address: string;
}

const bounce = (type: string, code: number, text: string): Details => ({
  record: {
    RecordType: 'Bounce',
    ID: 901_542_550,
    Type: type,
    TypeCode: code,
    Name: type,
    Description: 'The server was unable to deliver your message.',
    Details: text,
    DumpAvailable: false,
    Inactive: type === 'HardBounce',
    CanActivate: true,
    Subject: 'Danke – ✓',
  },
  time: 'BouncedAt',
  address: 'Email',
});

const reader = {
  Client: { Name: 'Mobile Safari', Company: 'Apple Inc.', Family: 'Safari' },
  OS: { Name: 'iOS 17', Company: 'Apple Inc.', Family: 'iOS' },
  Platform: 'Mobile',
  UserAgent: words.browser,
  Geo: { CountryISOCode: 'DE', Country: 'Germany', City: 'Köln', IP: '198.51.100.7' },
};

const details: Partial<Record<SampleKind, Details>> = {
  deferred: bounce('Transient', 2, `smtp;${words.deferred}`),
  delivered: {
    record: { RecordType: 'Delivery', Details: words.delivered },
    time: 'DeliveredAt',
    address: 'Recipient',
  },
  bounce: bounce('HardBounce', 1, `smtp;${words.bounce}`),
  reject: bounce('Blocked', 512, 'smtp;550 5.7.1 Blocked by policy'),
  failed: bounce('SMTPApiError', 100_003, 'The message could not be accepted.'),
  open: { record: { RecordType: 'Open', FirstOpen: true, ...reader }, time: 'ReceivedAt', address: 'Recipient' },
  click: {
    record: { RecordType: 'Click', ClickLocation: 'HTML', OriginalLink: words.link, ...reader },
    time: 'ReceivedAt',
    address: 'Recipient',
  },
  complaint: {
    record: { RecordType: 'SpamComplaint', ID: 42, Type: 'SpamComplaint', TypeCode: 100_001, Inactive: true },
    time: 'BouncedAt',
    address: 'Email',
  },
  unsubscribe: {
    record: {
      RecordType: 'SubscriptionChange',
      Origin: 'Recipient',
      SuppressSending: true,
      SuppressionReason: 'ManualSuppression',
    },
    time: 'ChangedAt',
    address: 'Recipient',
  },
  resubscribe: {
    record: { RecordType: 'SubscriptionChange', Origin: 'Customer', SuppressSending: false, SuppressionReason: null },
    time: 'ChangedAt',
    address: 'Recipient',
  },
  autoresponse: bounce('AutoResponder', 32, 'smtp;200 Out of office'),
};

export const postmarkSamples: SampleProvider = {
  provider: Provider.POSTMARK,
  path: 'postmark',
  kinds: Object.keys(details) as SampleKind[],
  batchMax: 1,
  newProof: newCredentials,
  event: (kind, { recipient, id, at, custom }) => {
    const { record, time, address } = detailsOf(details, kind);
    return {
      ...record,
      MessageStream: 'outbound',
      ServerID: 23,
      MessageID: id,
      [address]: recipient,
      // Seven digits and an offset, as .NET writes it.
      [time]: at.toISOString().replace('Z', '3933+00:00'),
      Tag: 'receipts',
      Metadata: custom,
    };
  },
  request: (events, proof, url) => {
    const body = jsonBody(onlyEvent(events));
    const hash = createHash('sha256').update(body).digest('hex');
    return {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Postmark',
        'x-pm-webhook-trace-id': hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
        'x-pm-retries-remaining': '6',
        authorization: authorization(proof),
      },
      body,
    };
  },
};
