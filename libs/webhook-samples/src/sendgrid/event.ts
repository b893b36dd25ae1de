import { createHash, randomUUID } from 'node:crypto';

/** Every type that SendGrid's event webhook posts. */
export const sendgridTypes = [
  'processed',
  'dropped',
  'delivered',
  'deferred',
  'bounce',
  'open',
  'click',
  'spamreport',
  'unsubscribe',
  'group_unsubscribe',
  'group_resubscribe',
  'account_status_change',
] as const;
export type SendgridType = (typeof sendgridTypes)[number];

/** One element of a request's array. Custom arguments stand beside SendGrid's own fields. */
export interface SendgridEvent {
  event: string;
  timestamp: number;
  sg_event_id: string;
  email?: string;
  [field: string]: unknown;
}

/** What SendGrid says with each type, where nothing else is asked for. */
const details: Record<SendgridType, object> = {
  processed: { send_at: 0 },
  dropped: { reason: 'Bounced Address', status: '5.0.0' },
  delivered: { response: '250 2.0.0 OK', tls: 1, ip: '192.0.2.17' },
  deferred: { response: '451 4.7.1 Greylisting in action, please come back later', attempt: '2', tls: 0 },
  bounce: {
    type: 'bounce',
    status: '5.1.1',
    reason: '550 5.1.1 The email account that you tried to reach does not exist.',
    bounce_classification: 'Invalid Address',
    tls: 1,
    ip: '192.0.2.17',
  },
  open: {
    useragent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)',
    ip: '198.51.100.7',
    sg_machine_open: false,
    sg_content_type: 'html',
  },
  click: {
    useragent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
    ip: '198.51.100.7',
    url: 'https://shop.example.com/orders/4711?ref=mail&lang=en',
    url_offset: { index: 0, type: 'html' },
  },
  spamreport: {},
  unsubscribe: {},
  group_unsubscribe: { asm_group_id: 12, useragent: 'Mozilla/5.0', ip: '198.51.100.7' },
  group_resubscribe: { asm_group_id: 12, useragent: 'Mozilla/5.0', ip: '198.51.100.7' },
  account_status_change: { type: 'compliance_suspend' },
};

const short = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/**
 * One event of any type, complete and valid by default; state only what matters to the test.
 *
 *     sendgridEvent('bounce', { email: 'a@example.com', type: 'blocked', kelp_template: template, kelp_version: 1 })
 */
export function sendgridEvent(type: SendgridType, fields: Partial<SendgridEvent> = {}): SendgridEvent {
  const timestamp = fields.timestamp ?? Math.floor(Date.now() / 1000);
  const id = randomUUID();
  if (type === 'account_status_change') {
    return { event: type, timestamp, sg_event_id: short(id), ...details[type], ...fields };
  }
  return {
    email: 'ada@example.com',
    event: type,
    timestamp,
    'smtp-id': `<${short(`smtp ${id}`)}@geopod-ismtpd-5-1>`,
    sg_event_id: short(id),
    sg_message_id: `${short(`message ${id}`)}.recvd-6b4f5c7d9-x2k8p-1-66F1A2B3-1A.0`,
    category: ['receipts'],
    ...details[type],
    ...fields,
  };
}

/**
 * The body of a request with these events, in SendGrid's spelling: `<`, `>` and `&` escaped, and an end of line at the
 * end that is signed as well.
 */
export const sendgridBody = (events: readonly object[]): Buffer =>
  Buffer.from(`${JSON.stringify(events).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)}\r\n`);
