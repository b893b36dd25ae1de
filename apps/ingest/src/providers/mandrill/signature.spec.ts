import { sampleMessage, sampleProviders, signMandrill } from '@kelp/webhook-samples';
import { nowhere } from '../../../test/nowhere.js';
import type { WebhookRequest } from '../provider.js';
import { verifier } from './signature.js';

const KEY = 'YqOtGMGPSIlO3yuL3oGsHw';
const PATH = '/v1/webhooks/mandrill/x?a=b';
const URL = `https://hooks.example.com${PATH}`;
const samples = sampleProviders.find(({ path }) => path === 'mandrill')!;
const events = JSON.stringify([samples.event('open', sampleMessage())]);
const verify = verifier({ verificationKeys: [], topicArns: [], secrets: ['another', KEY] });

interface Changes {
  readonly fields?: Record<string, string>;
  readonly key?: string;
  readonly signed?: string;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

const isValid = async ({ fields = { mandrill_events: events }, key = KEY, signed = URL, headers, method }: Changes) => {
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const request = {
    method: method ?? 'POST',
    url: PATH,
    headers: { host: 'hooks.example.com', ...signMandrill(key, signed, fields), ...headers },
    body,
    rawBody: body,
    receivedAtMs: 0,
  } satisfies WebhookRequest;
  return (await verify(request, nowhere)).valid;
};

it('covers the address, as Mandrill was given it', async () => {
  expect(await isValid({})).toBe(true);
  expect(await isValid({ signed: `http://hooks.example.com${PATH}` })).toBe(true);
  expect(await isValid({ signed: 'https://hooks.example.com/other' })).toBe(false);
  expect(await isValid({ signed: `https://evil.example${PATH}` })).toBe(false);
});

it('survives a proxy that changes the host, and says so', async () => {
  const headers = { host: '10.0.0.7:8080', 'x-forwarded-host': 'hooks.example.com, inner.example' };
  expect(await isValid({ headers })).toBe(true);
  expect(await isValid({ headers: { host: '10.0.0.7:8080' } })).toBe(false);
});

it('covers every field, in the order of their names', async () => {
  expect(await isValid({ fields: { z: '1', mandrill_events: events, a: '2' } })).toBe(true);
});

it('with the key that everybody knows brings an empty list, and nothing else', async () => {
  const key = 'test-webhook';
  expect(await isValid({ key, fields: { mandrill_events: '[]' } })).toBe(true);
  expect(await isValid({ key })).toBe(false);
  expect(await isValid({ key, fields: { mandrill_events: '[]', more: events } })).toBe(false);
  expect(await isValid({ key: 'guessed', fields: { mandrill_events: '[]' } })).toBe(false);
});

it('is not asked of a question whether anybody listens', async () => {
  expect(await isValid({ method: 'HEAD', key: 'none' })).toBe(true);
});

it('is refused in any other form', async () => {
  for (const signature of ['', 'x', '====']) {
    expect(await isValid({ headers: { 'x-mandrill-signature': signature } })).toBe(false);
  }
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`f${n}`, 'x']));
  expect(await isValid({ fields: { ...many, mandrill_events: events } })).toBe(false);
});
