import { createPublicKey, verify } from 'node:crypto';
import { EventType } from '@kelp/contract-event';
import {
  Expectation,
  type SendgridEvent,
  sendgridBody,
  sendgridEvent,
  sendgridTraffic,
  sendgridTypes,
  signingKey,
  signSendgrid,
  type TrafficOptions,
} from './index.js';

const templates = [
  { id: '01890000-0000-7000-8000-000000000001', versions: [1, 2] },
  { id: '01890000-0000-7000-8000-000000000002', versions: [7] },
];
const options: TrafficOptions = { seed: 7, runId: 'run', events: 20_000, templates, end: new Date(1_790_000_000_000) };
const idsOf = (traffic: TrafficOptions) =>
  [...sendgridTraffic(traffic)].flatMap(({ samples }) => samples.map(({ event }) => event.sg_event_id));

const acceptedTypes = [EventType.DELIVERED, EventType.BOUNCED, EventType.OPENED, EventType.CLICKED];
const knownTemplates = templates.map(({ id }) => id);

describe('a signature', () => {
  const key = signingKey();
  const body = sendgridBody([sendgridEvent('open')]);

  it('is one that the public key accepts, over timestamp and raw body', () => {
    const headers = signSendgrid(key, body, new Date(1_790_000_000_999));
    expect(headers['x-twilio-email-event-webhook-timestamp']).toBe('1790000000');
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' });
    const signed = Buffer.concat([Buffer.from('1790000000'), body]);
    const signature = Buffer.from(headers['x-twilio-email-event-webhook-signature'], 'base64');
    expect(verify('sha256', signed, publicKey, signature)).toBe(true);
  });

  it('can be made by the same key later, from its PEM', () => {
    expect(signingKey(key.pem).publicKey).toBe(key.publicKey);
    expect(signingKey().publicKey).not.toBe(key.publicKey);
  });
});

describe('traffic', () => {
  it('is the same for the same seed, whatever the machine', () => {
    const bodies = () => [...sendgridTraffic(options)].map(({ body }) => body.toString());
    expect(bodies()).toEqual(bodies());
    expect(idsOf(options)).not.toEqual(idsOf({ ...options, seed: 8 }));
  });

  it('has exactly as many events as asked for, and none twice, also not in another run', () => {
    const ids = [...idsOf(options), ...idsOf({ ...options, runId: 'another' })];
    expect(new Set(ids).size).toBe(40_000);
  });

  it('consists of requests of the size asked for, whose bodies are their samples', () => {
    const batches = [...sendgridTraffic({ ...options, events: 1050, batchSize: { min: 200, max: 200 } })];
    expect(batches.map(({ samples }) => samples.length)).toEqual([200, 200, 200, 200, 200, 50]);
    for (const { body, samples } of batches) {
      expect(JSON.parse(body.toString())).toEqual(samples.map(({ event }) => event));
      expect(body.toString()).toMatch(/\\u003c.*\r\n$/s);
    }
  });

  it('is noise by about 95 %, and has every type', () => {
    const expected = new Expectation({ acceptedTypes, knownTemplates });
    const types = new Set<string>();
    for (const { samples } of sendgridTraffic(options)) {
      expected.add(samples);
      for (const { event } of samples) types.add(event.event);
    }
    expect(expected.received).toBe(20_000);
    expect(expected.kept / expected.received).toBeGreaterThan(0.035);
    expect(expected.kept / expected.received).toBeLessThan(0.065);
    expect(expected.kept + expected.dropped.type + expected.dropped.template).toBe(20_000);
    expect([...types].sort()).toEqual(sendgridTypes.filter((type) => type !== 'account_status_change').toSorted());
  });

  it('never reports what happens after its end', () => {
    for (const { samples } of sendgridTraffic({ ...options, events: 1000 })) {
      for (const { event } of samples) expect(event.timestamp).toBeLessThanOrEqual(1_790_000_000);
    }
  });
});

describe('the expectation', () => {
  const one = templates[0]!.id;

  it('counts what should be kept by template, version and type', () => {
    const expected = new Expectation({ acceptedTypes: [EventType.OPENED, EventType.CLICKED], knownTemplates });
    const opened = { type: EventType.OPENED, template: one, version: 2 };
    expected.add([opened, { ...opened, type: EventType.CLICKED }, opened, { ...opened, type: EventType.BOUNCED }]);
    expected.add([{ type: EventType.OPENED }, { ...opened, template: 'elsewhere' }]);
    expect(expected.counts()).toEqual([
      { ...opened, count: 2 },
      { ...opened, type: EventType.CLICKED, count: 1 },
    ]);
    expect(expected.dropped).toEqual({ type: 1, template: 2 });
  });

  it('keeps everything where no rule is given', () => {
    const expected = new Expectation({ acceptedTypes: [] });
    expected.add([{ type: EventType.ACCEPTED }]);
    expect(expected.counts()).toEqual([{ template: '', version: 0, type: EventType.ACCEPTED, count: 1 }]);
  });
});

describe('a single event', () => {
  it.each(sendgridTypes)('of type %s is complete, and unlike any other', (type) => {
    const event: SendgridEvent = sendgridEvent(type);
    expect(event).toMatchObject({ event: type, sg_event_id: expect.any(String), timestamp: expect.any(Number) });
    expect(sendgridEvent(type).sg_event_id).not.toBe(event.sg_event_id);
  });

  it('says what the test wants it to', () => {
    expect(sendgridEvent('bounce', { type: 'blocked', kelp_version: 3 })).toMatchObject({
      type: 'blocked',
      kelp_version: 3,
    });
  });
});
