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
  expect(load()).toMatchObject({ roles: ['edge', 'forwarder'], httpAddress: '127.0.0.1:8080', queueUrl: '' });
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
