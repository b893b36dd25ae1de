import { ConfigError, loadConfig } from '@kelp/config';
import { settings } from './config.js';

const required = {
  ACCOUNT_ADDRESS: 'account:50051',
  TEMPLATE_ADDRESS: 'template:50051',
  ANALYTICS_ADDRESS: 'analytics:50051',
  CALLERS: 'developer',
  DATABASE_URL: 'postgresql://db/kelp_ingest',
  RECIPIENT_HASH_KEY: '0f'.repeat(32),
  STATE_DIR: '/state',
  TLS_CA: 'ca',
  TLS_CERTIFICATE: 'certificate',
  TLS_KEY: 'key',
};
const load = (env: object = {}) => loadConfig(settings, { ...required, ...env });

it('takes webhooks and forwards events where nothing else is said', () => {
  expect(load()).toMatchObject({
    roles: ['edge', 'forwarder'],
    httpAddress: '127.0.0.1:8080',
    queue: { url: '', replicas: 1 },
  });
  expect(load({ ROLES: 'forwarder' }).roles).toEqual(['forwarder']);
});

it('refuses roles that it does not have', () => {
  expect(() => load({ ROLES: 'edge,cook' })).toThrow(/ROLES must be edge, forwarder, or both, and is "edge,cook"/);
});

it('does not repeat a wrong key', () => {
  const wrong = 'secret-but-short';
  expect(() => load({ RECIPIENT_HASH_KEY: wrong })).toThrow(ConfigError);
  expect(() => load({ RECIPIENT_HASH_KEY: wrong })).not.toThrow(new RegExp(wrong));
  expect(load().recipientHashKey).toHaveLength(32);
});

it('takes one queue, or the servers of a cluster', () => {
  for (const url of ['postgresql://db/queue', 'nats://one:4222,nats://two:4222', 'tls://u:p@one']) {
    expect(load({ QUEUE_URL: url }).queue.url).toBe(url);
  }
  expect(() => load({ QUEUE_URL: 'amqp://u:secret@one' })).toThrow(/QUEUE_URL must be URLs that start with nats/);
  expect(() => load({ QUEUE_URL: 'nats://one,kafka://u:secret@two' })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('secret') }),
  );
});
