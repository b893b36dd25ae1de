import { type Setting, setting } from '@kelp/config';
import { serviceSettings } from '@kelp/service';

/** What a process does: takes webhooks in, moves events from the queue into the event store, or both. */
export const ROLES = ['edge', 'forwarder'] as const;
export type Role = (typeof ROLES)[number];

const isRole = (word: string): word is Role => ROLES.some((role) => role === word);

const roles: Setting<readonly Role[]> = {
  variable: 'ROLES',
  meaning: 'What this process does, separated by commas: edge takes webhooks, forwarder moves events on.',
  fallback: ROLES,
  parse: (text) => {
    const words = text.split(',').map((word) => word.trim());
    if (!words.every(isRole)) throw new Error(`edge, forwarder, or both, and is "${text}"`);
    return words;
  },
};

const recipientHashKey: Setting<Buffer> = {
  variable: 'RECIPIENT_HASH_KEY',
  meaning: 'With which recipients are hashed: a secret that never changes, or recipients are not recognised any more.',
  parse: (text) => {
    // What it is must not be repeated in a message.
    if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error('32 bytes in hexadecimal digits');
    return Buffer.from(text, 'hex');
  },
};

const QUEUES = ['nats:', 'tls:', 'postgresql:', 'postgres:'];

const queueUrl: Setting<string> = {
  variable: 'QUEUE_URL',
  meaning: 'Where events are queued: NATS servers, separated by commas; in DATABASE_URL where it is not set.',
  fallback: '',
  parse: (text) => {
    const servers = text.split(',').map((server) => server.trim());
    if (!servers.every((server) => URL.canParse(server) && QUEUES.includes(new URL(server).protocol))) {
      throw new Error('URLs that start with nats://, tls:// or postgresql://'); // without repeating it: it may hold a password
    }
    return text;
  },
};

/** What the environment says. */
export const settings = {
  ...serviceSettings,
  roles,
  httpAddress: setting.address('HTTP_ADDRESS', 'Where to take webhooks.', { fallback: '127.0.0.1:8080' }),
  trustedProxies: setting.integer(
    'TRUSTED_PROXIES',
    'How many proxies stand before this process and add to X-Forwarded-For: the address that the last of them adds is believed.',
    { fallback: 0 },
    0,
    10,
  ),
  queue: {
    url: queueUrl,
    replicas: setting.integer(
      'QUEUE_REPLICAS',
      'How many servers of a NATS cluster keep each message.',
      { fallback: 1 },
      1,
      5,
    ),
  },
  services: {
    account: setting.text('ACCOUNT_ADDRESS', 'Where account is: host:port, or dns:///host:port.'),
    template: setting.text('TEMPLATE_ADDRESS', 'Where template is: host:port, or dns:///host:port.'),
    analytics: setting.text('ANALYTICS_ADDRESS', 'Where analytics is: host:port, or dns:///host:port.'),
  },
  recipientHashKey,
  stateFolder: setting.text('STATE_DIR', 'A folder for what the filter knows, so that it serves after a restart.'),
  database: {
    ...serviceSettings.database,
    connectionsMax: setting.integer(
      'DATABASE_CONNECTIONS_MAX',
      "How many connections to the database at the most, besides the queue's.",
      { fallback: 5 },
      1,
      1_000,
    ),
  },
};
