import { readFileSync } from 'node:fs';
import {
  ApiKeyContract,
  DirectoryContract,
  ApiKey_Environment as Environment,
  Permission,
} from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import { run } from '@kelp/demo';
import { client } from '@kelp/rpc';
import { eventually } from '@kelp/testing';
import { sendgridBody, sendgridEvent, signSendgrid } from '@kelp/webhook-samples';
import { type Span, startCollector } from './collector.js';
import { temporaryStack } from './temporary-stack.js';

const services = ['account', 'template', 'analytics', 'ingest'] as const;
const SECRET = 'key-f00d5ec2e7f00d5ec2e7f00d5ec2e7f0';
const PASSWORD = 'correct-horse-battery-staple';
/** As every address here, in traffic or of users, has it; no word of ours does. */
const ADDRESS = /[\w.+-]+@[\w-]+\.[a-z]{2,}/i;

let collector: Awaited<ReturnType<typeof startCollector>>;
let kelp: Awaited<ReturnType<typeof temporaryStack>>;

beforeAll(async () => {
  collector = await startCollector();
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '1' };
  kelp = await temporaryStack({ env: { ...tracing, LOG_LEVEL: 'trace' } });
}, 120_000);
afterAll(async () => {
  await kelp?.stop();
  collector.close();
}, 60_000);

it('follows an event in one trace from its webhook through the queue to its commit', async () => {
  await run({ ...kelp, events: 2_000 });
  const find = (name: string, parent?: Span) =>
    collector.spans.filter((span) => span.name.startsWith(name) && (!parent || span.parentSpanId === parent.spanId));
  await eventually(
    () => {
      const whole = find('webhook').flatMap((webhook) =>
        find('forward', webhook).flatMap((forward) =>
          find('commit', forward).map((commit) => [webhook, forward, commit]),
        ),
      );
      expect(whole[0]?.map(({ service }) => service)).toEqual(['ingest', 'ingest', 'analytics']);
      expect(new Set(whole[0]?.map(({ traceId }) => traceId)).size).toBe(1);
    },
    { timeoutMs: 30_000 },
  );
  // What is recorded leaves the house: no addresses of people in it.
  expect(JSON.stringify(collector.spans)).not.toContain('@');
}, 180_000);

it('logs no address, no token, no key and no secret, at any level, also of what is refused and of what fails', async () => {
  const { stack, clients, demo, key, webhooksUrl } = kelp;
  const parent = demo.organization;
  let token = '';
  try {
    // People, and what of them is refused.
    const directory = client(DirectoryContract, stack.channel('account'));
    const user = { email: 'ada.lovelace@hidden.example', displayName: 'Ada', role: 'roles/editor' };
    await directory.createUser({ parent, user });
    await expect(directory.createUser({ parent, user })).rejects.toThrow();
    await expect(directory.createUser({ parent, user: { ...user, email: 'ada @hidden.example' } })).rejects.toThrow();

    // Keys of the API, and those that are none.
    const keys = client(ApiKeyContract, stack.channel('account'));
    const apiKey = { displayName: 'CI', environment: Environment.LIVE, permissions: [Permission.ORGANIZATION_VIEW] };
    ({ token } = await keys.createApiKey({ parent, apiKey }));
    for (const credential of [`Bearer ${token}`, `Bearer ${token.slice(0, -1)}0`, `Basic ${PASSWORD}`]) {
      await clients.accounts.getOrganization({ name: parent }, { context: { credential } }).catch(() => undefined);
    }

    // Secrets of connections.
    await clients.accounts.createConnection({
      parent,
      connection: { displayName: 'Mailgun', provider: Provider.MAILGUN, secrets: [SECRET], filter: {} },
    });

    // Webhooks that are wrong in every way.
    const body = Buffer.from(sendgridBody([sendgridEvent('open')]));
    const signed = { ...signSendgrid(key, body), authorization: `Bearer ${PASSWORD}` };
    const url = `${webhooksUrl}${demo.webhookPath}?token=${PASSWORD}`;
    const posts: readonly (readonly [string, Buffer])[] = [
      [url, body],
      [url, Buffer.concat([body, Buffer.from(' ada.lovelace@hidden.example')])],
      [url, Buffer.from(`{"email":"ada.lovelace@hidden.example","password":"${PASSWORD}"`)],
      [`${webhooksUrl}/v1/webhooks/ada.lovelace@hidden.example/${PASSWORD}`, body],
    ];
    for (const [address, content] of posts) {
      await fetch(address, { method: 'POST', body: new Uint8Array(content), headers: signed });
      const broken = Buffer.from('{"email":"ada.lovelace@hidden.example"');
      await fetch(address, {
        method: 'POST',
        body: new Uint8Array(broken),
        headers: { ...signSendgrid(key, broken), authorization: `Bearer ${PASSWORD}` },
      });
    }
  } finally {
    await stack.stop(); // so that every line is written
  }
  const secrets = [token, token.split('_').at(-1)!, SECRET, PASSWORD, 'hidden.example', 'ada.lovelace'];
  const files = [stack.path('state', 'recipient-hash.key'), stack.path('state', 'account-secrets.key')];
  secrets.push(...files.map((file) => readFileSync(file, 'utf8').trim()));
  const lines = services.flatMap((service) => {
    const text = readFileSync(stack.path('logs', `${service}.log`), 'utf8').trim();
    return text.split('\n').map((line) => `${service}: ${line}`);
  });
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.filter((line) => ADDRESS.test(line))).toEqual([]);
  expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
}, 180_000);
