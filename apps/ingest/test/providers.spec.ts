import { uuidv7 } from '@kelp/resource';
import type { Running } from '@kelp/rpc';
import { eventually } from '@kelp/testing';
import {
  type SampleProof,
  type SampleProvider,
  type SampleRequest,
  sampleMeanings,
  sampleMessage,
  sampleProviders,
} from '@kelp/webhook-samples';
import { statuses } from '../src/providers/answers.js';
import { FakeAccounts } from './fakes/fake-account.js';
import { FakeAnalytics } from './fakes/fake-analytics.js';
import { FakeTemplates } from './fakes/fake-template.js';
import { makeConnection } from './make-connection.js';
import { makeGround, startIngest } from './start-ingest.js';

const organization = uuidv7();
const template = uuidv7();
const accounts = new FakeAccounts();
const templates = new FakeTemplates();
const analytics = new FakeAnalytics();
const running: Running[] = [];
let ground: Awaited<ReturnType<typeof makeGround>>;
let kelp: Awaited<ReturnType<typeof startIngest>>;

/** A connection of each provider, which keeps what was sent from a known template. */
const connections = new Map(
  sampleProviders.map((provider) => {
    const proof = provider.newProof();
    const connection = makeConnection(
      {
        provider: provider.provider,
        verificationKeys: [...proof.verificationKeys],
        secrets: [...proof.secrets],
        topicArns: [...proof.topicArns],
        filter: { acceptedTypes: [], knownTemplatesOnly: true },
      },
      { organization },
    );
    accounts.put(connection);
    return [provider, { proof, name: connection.name, id: connection.name.split('/')[3]! }];
  }),
);

beforeAll(async () => {
  templates.publish(organization, template);
  ground = await makeGround();
  running.push(await accounts.serve(), await templates.serve(), await analytics.serve());
  const [account, published, store] = running.map(({ address }) => address);
  kelp = await startIngest({ ...ground, account: account!, template: published!, analytics: store! });
  await eventually(async () => expect((await fetch(`http://${kelp.http}/readyz`)).status).toBe(200));
});

afterAll(async () => {
  await kelp?.stop();
  await Promise.all(running.map((one) => one.close()));
  await ground?.clear();
});

const urlOf = (provider: SampleProvider) =>
  `http://${kelp.http}/v1/webhooks/${provider.path}/${connections.get(provider)!.id}?from=${provider.path}`;

async function send({ method, url, headers, body }: SampleRequest) {
  const response = await fetch(url, { method, headers: { ...headers }, body: new Uint8Array(body) });
  return { status: response.status, said: (await response.json()) as { reason?: string; message: string } };
}

const requestOf = (provider: SampleProvider, proof: SampleProof, custom: Record<string, string> = {}) => {
  const message = sampleMessage({ custom });
  return provider.request([provider.event('open', message)], proof, urlOf(provider), new Date());
};

describe.each(sampleProviders.map((provider) => [provider.path, provider] as const))('%s', (path, provider) => {
  const { proof } = connections.get(provider)!;

  it('has everything stored that it reports of a known template, once, however often it posts it', async () => {
    const custom = { kelp_template: template, kelp_version: '2' };
    const before = analytics.stored.size;
    const requests = provider.kinds.map((kind) => {
      const events = [provider.event(kind, sampleMessage({ custom }))];
      return provider.request(events, proof, urlOf(provider), new Date());
    });
    for (const request of [...requests, ...requests]) {
      expect(await send(request)).toEqual({ status: 200, said: { message: '1 kept, 0 dropped, 0 not understood.' } });
    }
    await eventually(() => expect(analytics.stored.size).toBe(before + provider.kinds.length));
    const stored = [...analytics.stored.values()].slice(before);
    expect(stored.map(({ type }) => type).sort()).toEqual(provider.kinds.map((kind) => sampleMeanings[kind]).sort());
    for (const event of stored) {
      expect(event).toMatchObject({ provider: provider.provider, templateVersion: 2, recipientDomain: 'example.com' });
      expect(event.templateId.toString('hex')).toBe(template.replaceAll('-', ''));
    }
  });

  it('is told that mail of no known template was taken, and dropped', async () => {
    const { status, said } = await send(requestOf(provider, proof));
    expect([status, said.message]).toEqual([200, '0 kept, 1 dropped, 0 not understood.']);
  });

  it('is refused with another proof than its connection’s, in a way that it comes again', async () => {
    const { status, said } = await send(requestOf(provider, provider.newProof()));
    expect([status, said.reason]).toEqual([
      statuses[path as keyof typeof statuses].SIGNATURE_INVALID,
      'SIGNATURE_INVALID',
    ]);
  });
});

it('Mandrill may ask with HEAD whether anybody listens', async () => {
  const mandrill = sampleProviders.find(({ path }) => path === 'mandrill')!;
  const response = await fetch(urlOf(mandrill), { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
  const nobody = urlOf(mandrill).replace(connections.get(mandrill)!.id, uuidv7());
  expect((await fetch(nobody, { method: 'HEAD' })).status).toBe(404);
});
