import { isIP } from 'node:net';
import type { Connection } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import type { FieldViolation } from '@kelp/status';
import { isP256, isRsa } from './verification-key.js';

/** What proves that a webhook is the provider's. */
export type Proof = Pick<Connection, 'verificationKeys' | 'secrets' | 'topicArns' | 'allowedAddresses'>;

/** What one list of proofs has to be. */
interface ListRule {
  readonly min: number;
  /** What is wrong with one of its items; undefined where it is good. */
  problemOf?(item: string): string | undefined;
}

/** What one provider needs; a list without a rule has to be empty. */
type ProviderRule = Readonly<Partial<Record<'verificationKeys' | 'secrets' | 'topicArns', ListRule>>>;

const must = (isGood: (item: string) => boolean, be: string) => (item: string) => (isGood(item) ? undefined : be);

const p256 = must(isP256, 'Must be the base64 of an SPKI DER with an ECDSA P-256 key, as SendGrid shows it.');
const rsa = must(isRsa, 'Must be the base64 of an SPKI DER with an RSA key of at least 2,048 bits.');
const svixSecret = must(isSvixSecret, 'Must be "whsec_" and base64, as Resend shows it.');
const address = must(isAddress, 'Must be an IP address, or a block such as 192.0.2.0/24.');

const secret: ProviderRule = { secrets: { min: 1 } };

const rules: ReadonlyMap<Provider, ProviderRule> = new Map<Provider, ProviderRule>([
  [Provider.SENDGRID, { verificationKeys: { min: 1, problemOf: p256 } }],
  [Provider.MAILGUN, secret],
  [Provider.POSTMARK, secret],
  [Provider.SPARKPOST, secret],
  [Provider.SES, { topicArns: { min: 1 }, verificationKeys: { min: 0, problemOf: rsa } }],
  [Provider.MANDRILL, secret],
  [Provider.MAILJET, secret],
  [Provider.RESEND, { secrets: { min: 1, problemOf: svixSecret } }],
  [Provider.CUSTOMERIO, secret],
  [Provider.ITERABLE, secret],
  [Provider.BRAZE, secret],
]);

/**
 * What is wrong with what is to prove a connection's webhooks. Of a provider that is not known nothing is: then the
 * provider itself is what is wrong, or a later release's.
 * @param proof the lists that are given: the others are not looked at
 */
export function proofViolations(provider: Provider, proof: Partial<Proof>): FieldViolation[] {
  const rule = rules.get(provider);
  const addresses = violationsOf('allowed_addresses', proof.allowedAddresses, { min: 0, problemOf: address });
  if (!rule) return addresses;
  return [
    ...violationsOf('verification_keys', proof.verificationKeys, rule.verificationKeys),
    ...violationsOf('secrets', proof.secrets, rule.secrets),
    ...violationsOf('topic_arns', proof.topicArns, rule.topicArns),
    ...addresses,
  ];
}

function violationsOf(
  name: string,
  items: readonly string[] | undefined,
  rule: ListRule | undefined,
): FieldViolation[] {
  const field = `connection.${name}`;
  if (items === undefined) return [];
  if (!rule) return items.length === 0 ? [] : [{ field, description: 'Must be empty: this provider has none.' }];
  if (items.length < rule.min) return [{ field, description: `Must have at least ${rule.min} item.` }];
  return items.flatMap((item, index) => {
    const description = rule.problemOf?.(item);
    return description ? [{ field: `${field}[${index}]`, description }] : [];
  });
}

function isSvixSecret(text: string): boolean {
  const [, key] = /^whsec_(.+)$/.exec(text) ?? [];
  return key !== undefined && Buffer.from(key, 'base64').toString('base64') === key;
}

function isAddress(text: string): boolean {
  const [, ip = '', bits] = /^([0-9a-fA-F:.]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const family = isIP(ip);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128));
}
