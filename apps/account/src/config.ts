import { setting } from '@kelp/config';
import { serviceSettings } from '@kelp/service';
import { parseSecretKeys, type SecretKey } from './secrets/secret-box.js';

/** What the environment says. */
export const settings = {
  ...serviceSettings,
  database: {
    ...serviceSettings.database,
    connectionsMax: setting.integer(
      'DATABASE_CONNECTIONS_MAX',
      'How many connections to the database at the most.',
      { fallback: 10 },
      2,
      1_000,
    ),
  },
  secretKeys: {
    variable: 'SECRET_KEYS',
    meaning:
      'What secrets in the database are encrypted with: id:64 hexadecimal digits, separated by commas; the first one encrypts.',
    parse: (text: string): readonly SecretKey[] => parseSecretKeys(text),
  },
  sso: {
    callbackUrl: setting.url(
      'SSO_CALLBACK_URL',
      'Where identity providers send browsers back to: an address of what people sign in at.',
      { fallback: 'https://localhost/sso/callback' },
      ['https:', 'http:'],
    ),
    privateNetworks: setting.flag(
      'SSO_PRIVATE_NETWORKS',
      'Whether identity providers may have addresses that are not of the public Internet.',
      { fallback: false },
    ),
    dnsServers: setting.list(
      'DNS_SERVERS',
      "Who is asked for proofs of domains, separated by commas; the machine's own where not set.",
      {
        fallback: [],
      },
    ),
  },
  deletedConnectionsDays: setting.integer(
    'DELETED_CONNECTIONS_DAYS',
    'How long a deleted connection is kept: who watches and was away for longer takes everything anew.',
    { fallback: 7 },
    1,
    3_650,
  ),
};
