/** What realistic events are made of: names with accents, replies of real servers' making, browsers that lie. */

export const mailboxes = [
  ['gmail.com', 34],
  ['outlook.com', 14],
  ['yahoo.com', 11],
  ['icloud.com', 10],
  ['web.de', 6],
  ['orange.fr', 5],
  ['mail.ru', 4],
  ['müller-gmbh.de', 3],
  ['bücher.example', 3],
  ['acme.example', 10],
] as const satisfies readonly (readonly [string, number])[];

export const names = [
  'Ada',
  'Zoë',
  'Jürgen',
  'Søren',
  'José',
  'Łukasz',
  'Наталья',
  '明美',
  'O’Neil',
  'María & Co. <vip>',
];

export const delivered = [
  '250 2.0.0 OK 1730112345 d9443c01a7336-20bc0187f2asi1045 - gsmtp',
  '250 2.6.0 <msg@geopod> [InternalId=4711, Hostname=AM9PR04.prod.outlook.com] 42 bytes in 0.1, 0.3 KB/sec Queued mail for delivery',
  '250 ok dirdel',
  '250 2.0.0 Ok: queued as 4XkQ1m2zBbz9sSR',
];

export const deferred = [
  '451 4.7.1 Greylisting in action, please come back later',
  '421 4.7.0 [TSS04] Messages from 192.0.2.17 temporarily deferred due to unexpected volume or user complaints',
  '452 4.2.2 The recipient’s inbox is full — try again later',
];

export const bounces = [
  {
    type: 'bounce',
    status: '5.1.1',
    classification: 'Invalid Address',
    reason:
      '550 5.1.1 The email account that you tried to reach does not exist. Please try\r\n550-5.1.1 double-checking the recipient\'s email address for "typos"',
  },
  { type: 'bounce', status: '5.2.2', classification: 'Mailbox Unavailable', reason: '552 5.2.2 Mailbox full' },
  {
    type: 'blocked',
    status: '5.7.1',
    classification: 'Reputation',
    reason: '550 5.7.1 [C17] RBL Restriction: See <https://rbl.example/?ip=192.0.2.17&v=1>',
  },
  {
    type: 'blocked',
    status: '4.0.0',
    classification: 'Technical',
    reason: 'unable to get mx info: failed to get IPs from PTR record: lookup <nil>: unrecognized address',
  },
];

export const drops = ['Bounced Address', 'Unsubscribed Address', 'Spam Reporting Address', 'Invalid'];

export const browsers = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
];

export const machine = 'Mozilla/5.0';

export const links = [
  'https://shop.example.com/orders/4711?ref=mail&lang=en',
  'https://shop.example.com/produkte/äpfel-&-birnen?q="süß"',
  'https://example.org/unsubscribe?u=%F0%9F%8D%8E',
];

/** Other systems that send over the same account: the noise. */
export const otherSenders = [
  { category: ['password-reset'], custom: { app: 'login', env: 'production' } },
  { category: 'newsletter', custom: { list: 'weekly', edition: '2026-47', customer_name: 'Zoë “Z” Müller' } },
  { category: ['invoice', 'b2b'], custom: { invoice_no: 'R-2026-00017', amount: '1.299,00 €', tenant: 'nord' } },
  { category: ['alert'], custom: { host: 'db-3.internal', check: 'disk > 90 % & rising' } },
];
