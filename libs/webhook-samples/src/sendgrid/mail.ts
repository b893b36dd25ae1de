import { createHash } from 'node:crypto';
import type { Random } from '../random.js';
import * as words from './words.js';

/** A template with the versions that mail is sent from. */
export interface SampleTemplate {
  /** A UUID. */
  readonly id: string;
  /** Numbers of published versions, such as `[1, 2]`. */
  readonly versions: readonly number[];
}

/** One mail to one recipient. */
export interface Mail {
  /** Unique within all runs. */
  readonly id: string;
  readonly email: string;
  /** Absent where it is another system's mail. */
  readonly template?: string;
  readonly version?: number;
  /** What every event of it carries. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** 22 characters of base64url: as long as SendGrid's. */
const identifier = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

const mailboxWeights = words.mailboxes.reduce((sum, [, weight]) => sum + weight, 0);

function mailbox(random: Random): string {
  let at = random.next() * mailboxWeights;
  for (const [domain, weight] of words.mailboxes) {
    at -= weight;
    if (at < 0) return domain;
  }
  return words.mailboxes[0][0];
}

/**
 * Writes one mail.
 * @param unique makes its identifiers unlike all others
 * @param template what it is sent from; another system's mail where absent
 */
export function mail(random: Random, unique: string, template?: SampleTemplate): Mail {
  const id = identifier(unique);
  const email = `${random.chance(0.05) ? 'Firstname.Lastname+' : 'user'}${random.integer(1, 50_000)}@${mailbox(random)}`;
  const envelope = {
    'smtp-id': `<${identifier(`smtp ${unique}`)}@geopod-ismtpd-${random.integer(1, 9)}>`,
    sg_message_id: `${id}.recvd-${identifier(`host ${random.integer(1, 40)}`)
      .slice(0, 10)
      .toLowerCase()}-1-66F1A2B3-1A.0`,
  };
  if (!template) return { id, email, fields: { ...envelope, ...noise(random, unique) } };
  const version = random.pick(template.versions);
  const custom = {
    kelp_template: template.id,
    // Custom arguments are texts, but senders also pass numbers, and SendGrid hands them on as they are.
    kelp_version: random.chance(0.5) ? version : String(version),
    kelp_locale: random.pick(['en', 'de-AT', 'pt-BR', 'zh-Hant']),
    kelp_variant: random.pick(['a', 'b']),
    kelp_campaign: 'autumn-2026',
    first_name: random.pick(words.names),
  };
  const category = random.chance(0.3) ? 'receipts' : ['receipts', `team-${random.integer(1, 5)}`];
  return { id, email, template: template.id, version, fields: { ...envelope, category, ...custom } };
}

/** Mail of no Kelp template; a little of it is another environment's, whose templates do not exist here. */
function noise(random: Random, unique: string): object {
  const { category, custom } = random.pick(words.otherSenders);
  if (!random.chance(0.02)) return { category, ...custom };
  const hex = createHash('sha256').update(`staging ${unique}`).digest('hex');
  const elsewhere = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { category, ...custom, kelp_template: elsewhere, kelp_version: 1 };
}
