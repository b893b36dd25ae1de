import { EventType, MachineGenerated } from '@kelp/contract-event';
import {
  type SampleKind,
  type SampleMessage,
  type SampleProof,
  type SampleProvider,
  type SampleRequest,
  sampleMeanings,
  sampleMessage,
  sampleProviders,
} from '@kelp/webhook-samples';
import { nowhere } from '../../test/nowhere.js';
import { requestOf } from '../../test/request-of.js';
import type { EventDetails, ReportedEvent } from './provider.js';
import { adapterAt, adapterOf } from './providers.js';

const template = '01890000-0000-7000-8000-0000000000aa';
const at = new Date(1_790_000_000_000);
const URL = 'https://hooks.example.com/v1/webhooks/x/y?z=1';

const adapterFor = ({ path }: SampleProvider) => adapterAt(path)!;

function details(provider: SampleProvider, request: SampleRequest): EventDetails[] {
  const parsed = adapterFor(provider).parse(requestOf(request, at));
  if (!parsed.valid) throw new Error(parsed.message);
  return [...parsed.elements].map((element) => {
    const read = 'problem' in element ? element : element.read();
    if ('problem' in read) throw new Error(read.problem);
    return read;
  });
}

const post = (
  provider: SampleProvider,
  kind: SampleKind,
  fields: Partial<SampleMessage> = {},
  proof: SampleProof = provider.newProof(),
) => provider.request([provider.event(kind, sampleMessage({ at, ...fields }))], proof, URL, at);

const verify = (provider: SampleProvider, request: SampleRequest, proof: Partial<SampleProof>, when = at) =>
  adapterFor(provider).verifier(copied(proof))(requestOf(request, when), nowhere);
const copied = ({ verificationKeys = [], secrets = [], topicArns = [] }: Partial<SampleProof>) => ({
  verificationKeys: [...verificationKeys],
  secrets: [...secrets],
  topicArns: [...topicArns],
});

/** Those whose signature covers what they say. */
const signing = ['sendgrid', 'ses', 'mandrill', 'resend', 'customerio'];

it('speaks to eleven providers, each at a path of its own', () => {
  expect(sampleProviders).toHaveLength(11);
  for (const provider of sampleProviders) {
    const adapter = adapterFor(provider);
    expect(adapter).toBe(adapterOf(provider.provider));
    expect([adapter.path, adapter.provider]).toEqual([provider.path, provider.provider]);
  }
});

describe.each(sampleProviders.map((provider) => [provider.path, provider] as const))('%s', (path, provider) => {
  const { kinds } = provider;

  it.each(kinds)('%s is understood, with what the sender sent along', (kind) => {
    const message = sampleMessage({ at, custom: { kelp_template: template, kelp_version: '3', tenant: 'nörd' } });
    const request = provider.request([provider.event(kind, message)], provider.newProof(), URL, at);
    const parsed = adapterFor(provider).parse(requestOf(request, at));
    if (!parsed.valid) throw new Error(parsed.message);
    const [event, ...others] = [...parsed.elements] as ReportedEvent[];
    expect([event?.type, event?.template, others]).toEqual([sampleMeanings[kind], template, []]);
    const read = event?.read() as EventDetails;
    expect(read).toMatchObject({ type: sampleMeanings[kind], template, templateVersion: 3 });
    expect(read.recipient.toLowerCase()).toBe(message.recipient.toLowerCase());
    expect(read.providerMessageId).not.toBe('');
    expect(Math.abs(Number(read.occurredAtUs / 1000n) - at.getTime())).toBeLessThan(1000);
    if (path !== 'iterable') expect(read.metadata).toEqual({ tenant: 'nörd' });
    if (kind === 'click') expect(read.url).toMatch(/^https:\/\/shop\.example\.com\//);
    if (kind === 'bounce') expect(read.diagnostic + read.subType).not.toBe('');
  });

  it('is known by the same key when it is posted again, and by another one when something else happens', () => {
    const [first = 'open'] = kinds;
    const proof = provider.newProof();
    const message = sampleMessage({ at });
    const again = () => details(provider, post(provider, first, message, proof))[0]!.dedupeKey;
    expect(again()).toBe(again());
    const other = sampleMessage({ at, recipient: 'eve@example.org' });
    expect(details(provider, post(provider, first, other, proof))[0]!.dedupeKey).not.toBe(again());
  });

  it('fills a request with as many events as it holds', () => {
    const count = Math.min(provider.batchMax, 50);
    const events = Array.from({ length: count }, () => provider.event('open', sampleMessage({ at })));
    const read = details(provider, provider.request(events, provider.newProof(), URL, at));
    expect(new Set(read.map(({ dedupeKey }) => dedupeKey)).size).toBe(count);
  });

  it('is believed with any of the live proofs, so that one can be rotated', async () => {
    const [old, fresh] = [provider.newProof(), provider.newProof()];
    const both = {
      verificationKeys: [...old.verificationKeys, ...fresh.verificationKeys],
      secrets: [...old.secrets, ...fresh.secrets],
      topicArns: [...fresh.topicArns],
    };
    for (const proof of [old, fresh]) {
      expect(await verify(provider, post(provider, 'open', {}, proof), both)).toEqual({ valid: true });
    }
  });

  it('is refused with another one’s proof, and without any', async () => {
    const [own, foreign] = [provider.newProof(), provider.newProof()];
    const refused = { valid: false, message: expect.stringMatching(/\.$/) };
    const request = post(provider, 'open', {}, foreign);
    expect(await verify(provider, request, own)).toEqual(refused);
    expect(await verify(provider, request, { topicArns: own.topicArns })).toEqual(refused);
    const bare = { ...post(provider, 'open', {}, own), headers: {}, body: Buffer.from('{"events":[]}') };
    expect(await verify(provider, bare, own)).toEqual(refused);
  });

  if (signing.includes(path)) {
    it('is refused where a byte of what it says was changed on the way', async () => {
      const proof = provider.newProof();
      const request = post(provider, 'open', { recipient: 'ada@example.com' }, proof);
      const body = Buffer.from(request.body.toString().replace(/ada(@|%40)example/, 'eve$1example'));
      expect(body).not.toEqual(request.body);
      expect(await verify(provider, request, proof)).toEqual({ valid: true });
      expect(await verify(provider, { ...request, body }, proof)).toMatchObject({ valid: false });
    });
  }

  if ([...signing, 'mailgun'].includes(path) && path !== 'mandrill') {
    it('is refused a year later, and a day early', async () => {
      const proof = provider.newProof();
      const request = post(provider, 'open', {}, proof);
      for (const [days, problem] of [
        [365, 'older'],
        [-1, 'future'],
      ] as const) {
        const when = new Date(at.getTime() + days * 86_400_000);
        expect(await verify(provider, request, proof, when)).toMatchObject({
          valid: false,
          message: expect.stringContaining(problem),
        });
      }
      const nextMorning = new Date(at.getTime() + 12 * 3_600_000);
      expect(await verify(provider, request, proof, nextMorning)).toEqual({ valid: true });
    });
  }

  it('says which types nobody knows, and keeps those that are of people in sight', () => {
    const event = JSON.stringify(provider.event('open', sampleMessage({ at })));
    const renamed = event.replace(
      /"(event|RecordType|type|eventType|metric|eventName|event_type)":"[^"]*?(\w+)"/,
      (_, field: string) => `"${field}":"levitated"`,
    );
    const request = provider.request([JSON.parse(renamed) as object], provider.newProof(), URL, at);
    const parsed = adapterFor(provider).parse(requestOf(request, at));
    if (!parsed.valid) throw new Error(parsed.message);
    const [element] = [...parsed.elements] as ReportedEvent[];
    expect(element?.type).toBe(EventType.UNKNOWN);
    expect(element?.read()).toMatchObject({ problem: expect.stringContaining('levitated') });
    expect(element?.raw().toString()).toContain('levitated');
  });
});

it('tells machines from people where the provider does', () => {
  const machineOf = (path: string, change: [string, string]) => {
    const provider = sampleProviders.find((each) => each.path === path)!;
    const request = post(provider, 'open');
    const body = Buffer.from(request.body.toString().replace(...change));
    return details(provider, { ...request, body })[0]!.machineGenerated;
  };
  expect(machineOf('mailgun', ['"bot":""', '"bot":"apple"'])).toBe(MachineGenerated.MPP);
  expect(machineOf('mailgun', ['"bot":""', '"bot":"gmail"'])).toBe(MachineGenerated.PROXY);
  expect(machineOf('mailgun', ['"bot":""', '"bot":"generic"'])).toBe(MachineGenerated.SCANNER);
  expect(machineOf('sparkpost', ['"is_proxy":false', '"is_proxy":true'])).toBe(MachineGenerated.PROXY);
  expect(machineOf('sparkpost', ['"is_prefetched":false', '"is_prefetched":true'])).toBe(MachineGenerated.MPP);
  expect(machineOf('customerio', ['"opened"', '"human_opened"'])).toBe(MachineGenerated.HUMAN);
  expect(machineOf('braze', ['x', 'x'])).toBe(MachineGenerated.MPP);
});
