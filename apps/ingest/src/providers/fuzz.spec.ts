import { checkEvent, EventType } from '@kelp/contract-event';
import {
  type SampleProof,
  type SampleProvider,
  type SampleRequest,
  sampleMessage,
  sampleProviders,
} from '@kelp/webhook-samples';
import fc from 'fast-check';
import { makeConnection } from '../../test/make-connection.js';
import { nowhere } from '../../test/nowhere.js';
import { requestOf } from '../../test/request-of.js';
import { EventBuilder } from '../event/canonical-event.js';
import { knownConnection } from '../filter/known-connection.js';
import type { EventDetails, ProviderAdapter, WebhookRequest } from './provider.js';
import { adapterAt } from './providers.js';

// `npm run fuzz` sets these; without them it is a short look.
const seed = process.env.FUZZ_SEED === undefined ? undefined : Number(process.env.FUZZ_SEED);
const msEach = Number(process.env.FUZZ_MS ?? 0) / sampleProviders.length / 3;
const settings = (numRuns: number): fc.Parameters<unknown> => ({
  ...(seed !== undefined && { seed }),
  ...(msEach > 0
    ? { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: msEach, markInterruptAsFailure: false }
    : { numRuns }),
});
const TIMEOUT_MS = 60_000 + 10 * msEach;

const at = new Date(1_790_000_000_000);
const template = '01890000-0000-7000-8000-0000000000aa';
const URL = 'https://hooks.example.com/v1/webhooks/x/y';
const builder = new EventBuilder(Buffer.alloc(32));

/** Whose signature covers everything that becomes an event. */
const signing: ReadonlySet<string> = new Set(['sendgrid', 'ses', 'mandrill', 'resend', 'customerio']);

/** All that a body can be seen as holding, read to the end, and checked against the contract. */
function readAll(adapter: ProviderAdapter, request: WebhookRequest): EventDetails[] {
  const connection = knownConnection(makeConnection({ provider: adapter.provider }))!;
  const parsed = adapter.parse(request);
  if (!parsed.valid) {
    expect(parsed.message).toMatch(/\.$/);
    return [];
  }
  return [...parsed.elements].flatMap((element) => {
    expect(element.raw()).toBeInstanceOf(Buffer);
    const read = 'problem' in element ? element : element.read();
    if ('problem' in read) {
      expect(read.problem).toMatch(/\.$/);
      return [];
    }
    expect(checkEvent(builder.build(read, connection, at.getTime())).filter(({ field }) => field !== 'type')).toEqual(
      [],
    );
    return [read];
  });
}

/** A signed request of some events. */
function sampleOf(provider: SampleProvider, proof: SampleProof): fc.Arbitrary<SampleRequest> {
  const text = fc.oneof(fc.constantFrom('a', template, '__proto__', '\ud800', '\0'), fc.string({ maxLength: 20 }));
  const custom = fc.dictionary(fc.oneof(fc.constant('kelp_template'), text), text, { maxKeys: 4 });
  const event = fc.record({ kind: fc.constantFrom(...provider.kinds), custom, id: fc.uuid() });
  const events = fc.array(event, { minLength: 1, maxLength: Math.min(provider.batchMax, 4) });
  return events.map((list) =>
    provider.request(
      list.map(({ kind, custom, id }) => provider.event(kind, sampleMessage({ at, custom, eventId: id }))),
      proof,
      URL,
      at,
    ),
  );
}

/** What happens to bytes on the way: a part is lost, doubled, swapped for something hostile. */
const hostile = fc
  .oneof(
    fc.constantFrom(
      ...[
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        'null',
        'true',
        '1e999',
        '-0',
        '12345678901234567890',
        '\0',
        '\ufeff',
      ],
      ...['"__proto__":', '"a":1,', '[[[[[[[[', '\\ud800', '\\u0000', '%', '&', '=', '+', '\r\n'],
    ),
    fc.string({ maxLength: 8 }),
  )
  .map((text) => Buffer.from(text));
const damage = fc.record({
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(400)),
  put: fc.oneof(
    hostile,
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  ),
});
type Damage = { from: number; length: number; put: Buffer };

const damaged = (body: Buffer, damages: readonly Damage[]): Buffer =>
  damages.reduce((bytes, { from, length, put }) => {
    const start = Math.floor(from * bytes.length);
    return Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + length)]);
  }, body);

/** The body's JSON, wherever the provider puts it, and a body with another one in its place. */
function jsonIn({ path }: SampleProvider, body: Buffer): { json: string; withJson: (json: string) => Buffer } {
  if (path === 'mandrill') {
    const json = new URLSearchParams(body.toString()).get('mandrill_events') ?? '';
    return { json, withJson: (text) => Buffer.from(new URLSearchParams({ mandrill_events: text }).toString()) };
  }
  if (path === 'ses') {
    const envelope = JSON.parse(body.toString()) as { Message: string };
    return { json: envelope.Message, withJson: (text) => Buffer.from(JSON.stringify({ ...envelope, Message: text })) };
  }
  return { json: body.toString(), withJson: (text) => Buffer.from(text) };
}

/** Puts something else in the place of one of the values in it, chosen by a number. */
function withAnother(json: unknown, place: number, value: unknown): unknown {
  let left = place;
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return value;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, walk(each)]));
  };
  return walk(json);
}

describe.each(sampleProviders.map((provider) => [provider.path, provider] as const))('%s', (path, provider) => {
  const adapter = adapterAt(path)!;
  const proof = provider.newProof();
  const { verificationKeys, secrets, topicArns } = proof;
  const verify = adapter.verifier({
    verificationKeys: [...verificationKeys],
    secrets: [...secrets],
    topicArns: [...topicArns],
  });
  const isValid = async (request: WebhookRequest) => (await verify(request, nowhere)).valid;

  it(
    'sees no event in bytes and JSON that are none of its provider’s, and never throws',
    async () => {
      const bytes = fc.uint8Array({ maxLength: 300 }).map((list) => Buffer.from(list));
      const json = fc.jsonValue({ maxDepth: 4 }).map((value) => Buffer.from(JSON.stringify(value)));
      const form = fc.webQueryParameters().map((text) => Buffer.from(`mandrill_events=${text}`));
      const headers = fc.dictionary(fc.constantFrom('authorization', 'svix-id', 'x-mandrill-signature'), fc.string());
      await fc.assert(
        fc.asyncProperty(fc.oneof(bytes, json, form), headers, async (body, some) => {
          const request = requestOf({ method: 'POST', url: URL, headers: some, body }, at);
          expect(await isValid(request)).toBe(false);
          expect(readAll(adapter, request)).toEqual([]);
        }),
        settings(40),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'believes a damaged request only where it says the same, and never throws',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          sampleOf(provider, proof),
          fc.array(damage, { minLength: 1, maxLength: 3 }),
          async (sample, damages) => {
            const original = requestOf(sample, at);
            expect(await isValid(original)).toBe(true);
            const events = readAll(adapter, original);
            const body = damaged(sample.body, damages);
            const request = { ...original, body, rawBody: body };
            const mutants = readAll(adapter, request);
            if (signing.has(path) && (await isValid(request))) expect(mutants).toEqual(events);
            else await isValid(request);
          },
        ),
        settings(25),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'takes from a request whose fields are anything at all no more than stands in it',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          sampleOf(provider, proof),
          fc.nat(60),
          fc.jsonValue({ maxDepth: 3 }),
          async (sample, place, value) => {
            const original = requestOf(sample, at);
            const { json, withJson } = jsonIn(provider, sample.body);
            const body = withJson(JSON.stringify(withAnother(JSON.parse(json), place, value)));
            const events = readAll(adapter, { ...original, body, rawBody: body });
            const text = jsonIn(provider, body).json;
            const list: unknown = JSON.parse(text);
            // A list of the provider's that became something else can be one event at most; a value, that many.
            expect(events.length).toBeLessThanOrEqual(Math.max(8, JSON.stringify(list).length / 20));
            for (const { recipient, template: sent, type } of events) {
              if (recipient !== '') expect(text).toContain(JSON.stringify(recipient).slice(1, -1));
              if (sent !== '') expect(text.toLowerCase()).toContain(sent);
              expect([EventType.UNKNOWN, EventType.UNRECOGNIZED]).not.toContain(type);
            }
          },
        ),
        settings(30),
      );
    },
    TIMEOUT_MS,
  );
});
