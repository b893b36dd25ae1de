import { generateKeyPairSync } from 'node:crypto';
import { Provider } from '@kelp/contract-event';
import { type Proof, proofViolations } from './proof.js';

const spki = (type: 'ec' | 'rsa', options: object): string =>
  (generateKeyPairSync as (type: string, options: object) => ReturnType<typeof generateKeyPairSync>)(type, options)
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');

const ec = spki('ec', { namedCurve: 'P-256' });
const rsa = spki('rsa', { modulusLength: 2048 });
const secret = 'a secret word';
const svix = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const topic = 'arn:aws:sns:eu-central-1:123456789012:mail';

/** A proof of each kind, and the fields that are wrong. */
const violated = (provider: Provider, given: Partial<Proof>) =>
  proofViolations(provider, { verificationKeys: [], secrets: [], topicArns: [], allowedAddresses: [], ...given }).map(
    ({ field }) => field.replace('connection.', ''),
  );

const secretly = [
  Provider.MAILGUN,
  Provider.POSTMARK,
  Provider.SPARKPOST,
  Provider.MANDRILL,
  Provider.MAILJET,
  Provider.CUSTOMERIO,
  Provider.ITERABLE,
  Provider.BRAZE,
];

it.each<[Provider, Partial<Proof>]>([
  [Provider.SENDGRID, { verificationKeys: [ec] }],
  [Provider.SES, { topicArns: [topic] }],
  [Provider.SES, { topicArns: [topic, `${topic}2`], verificationKeys: [rsa] }],
  [Provider.RESEND, { secrets: [svix] }],
  ...secretly.map((provider): [Provider, Partial<Proof>] => [provider, { secrets: [secret, 'user:password'] }]),
])('provider %s is proved by %j', (provider, given) => expect(violated(provider, given)).toEqual([]));

it.each<[Provider, Partial<Proof>, string[]]>([
  [Provider.SENDGRID, {}, ['verification_keys']],
  [Provider.SENDGRID, { verificationKeys: [ec, rsa] }, ['verification_keys[1]']],
  [Provider.SENDGRID, { verificationKeys: [ec], secrets: [secret], topicArns: [topic] }, ['secrets', 'topic_arns']],
  [Provider.SES, { verificationKeys: [rsa] }, ['topic_arns']],
  [
    Provider.SES,
    { topicArns: [topic], verificationKeys: [ec], secrets: [secret] },
    ['verification_keys[0]', 'secrets'],
  ],
  [Provider.RESEND, {}, ['secrets']],
  [Provider.RESEND, { secrets: [svix, secret, 'whsec_', 'whsec_!'] }, ['secrets[1]', 'secrets[2]', 'secrets[3]']],
  ...secretly.map((provider): [Provider, Partial<Proof>, string[]] => [provider, {}, ['secrets']]),
  ...secretly.map((provider): [Provider, Partial<Proof>, string[]] => [
    provider,
    { secrets: [secret], verificationKeys: [ec], topicArns: [topic] },
    ['verification_keys', 'topic_arns'],
  ]),
])('provider %s is not proved by %j', (provider, given, fields) => expect(violated(provider, given)).toEqual(fields));

it('has a rule for every provider', () => {
  const providers = Object.values(Provider).filter((provider) => typeof provider === 'number' && provider > 0);
  expect(providers.length).toBeGreaterThan(10);
  for (const provider of providers as Provider[])
    expect([provider, violated(provider, {})]).not.toEqual([provider, []]);
});

it('is not judged where the provider is not known', () => {
  expect(violated(99 as Provider, { verificationKeys: ['x'], secrets: ['y'] })).toEqual([]);
});

it.each(['192.0.2.7', '192.0.2.0/24', '0.0.0.0/0', '2001:db8::/32', '::1', '::ffff:192.0.2.1'])(
  'may have to come from %s',
  (address) => expect(violated(Provider.POSTMARK, { secrets: [secret], allowedAddresses: [address] })).toEqual([]),
);

it.each([
  '192.0.2',
  '192.0.2.256',
  '192.0.2.0/33',
  '192.0.2.0/',
  '192.0.2.0/024',
  '::1/129',
  '1',
  'a:b',
  '::1%eth0',
  '',
])('cannot have to come from "%s"', (address) =>
  expect(violated(Provider.POSTMARK, { secrets: [secret], allowedAddresses: ['::1', address] })).toEqual([
    'allowed_addresses[1]',
  ]),
);
