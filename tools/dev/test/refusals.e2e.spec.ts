import { gzipSync } from 'node:zlib';
import { countsOf, sum } from '@kelp/demo';
import { eventually } from '@kelp/testing';
import { sendgridBody, sendgridEvent, sendgridTraffic, signingKey, signSendgrid } from '@kelp/webhook-samples';
import { temporaryStack } from './temporary-stack.js';

const MIB = 1024 * 1024;

describe('a webhook', () => {
  let kelp: Awaited<ReturnType<typeof temporaryStack>>;
  beforeAll(async () => {
    kelp = await temporaryStack();
    await eventually(async () => expect((await kelp.clients.ingest.getReport({})).templatesKnown).toBe(2n));
  }, 120_000);
  afterAll(() => kelp?.stop());

  const post = (body: Buffer, { path = kelp.demo.webhookPath, key = kelp.key, headers = {} } = {}) =>
    fetch(kelp.webhooksUrl + path, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { ...signSendgrid(key, body), ...headers },
    });

  const stored = async () => sum(await countsOf(kelp.clients.analytics, kelp.demo.organization));

  const opened = () => {
    const [template] = kelp.demo.templates;
    return sendgridBody([sendgridEvent('open', { kelp_template: template!.id, kelp_version: 1 })]);
  };

  it('that is posted twice changes nothing the second time', async () => {
    const [batch] = sendgridTraffic({
      seed: 1,
      runId: 'twice',
      events: 400,
      templates: kelp.demo.templates,
      templateShare: 1,
      batchSize: { min: 400, max: 400 },
    });
    const before = await stored();
    expect((await post(batch!.body)).status).toBe(200);
    const once = await eventually(async () => {
      const count = (await stored()) - before;
      expect(count).toBeGreaterThan(100);
      const { queueDepth } = await kelp.clients.ingest.getReport({});
      expect(queueDepth).toBe(0n);
      return count;
    });
    const { eventsForwarded } = await kelp.clients.ingest.getReport({});
    expect((await post(batch!.body)).status).toBe(200);
    await eventually(async () => {
      const report = await kelp.clients.ingest.getReport({});
      expect(report.eventsForwarded).toBeGreaterThanOrEqual(eventsForwarded * 2n);
    });
    expect((await stored()) - before).toBe(once);
  });

  it.each([
    ['with a wrong signature', 401, 'SIGNATURE_INVALID', () => post(opened(), { key: signingKey() })],
    [
      'for an unknown connection',
      404,
      'CONNECTION_UNKNOWN',
      () => post(opened(), { path: '/v1/webhooks/sendgrid/0199a000-0000-7000-8000-00000000dead' }),
    ],
    ['with broken JSON', 400, 'BODY_INVALID', () => post(Buffer.from('[{"event":"open",'))],
    ['of 5 MB', 413, 'BODY_TOO_LARGE', () => post(Buffer.alloc(5 * MIB, ' '))],
    [
      'that is a gzip bomb',
      413,
      'BODY_TOO_LARGE',
      () => post(gzipSync(Buffer.alloc(200 * MIB, ' ')), { headers: { 'content-encoding': 'gzip' } }),
    ],
  ])('%s is refused in one line, counted, and harms no other', async (_what, status, reason, attempt) => {
    const requestsBefore = (await kelp.clients.ingest.getReport({})).requests[reason] ?? 0n;
    const storedBefore = await stored();

    const [refused, good] = await Promise.all([attempt(), post(opened())]);
    const text = await refused.text();

    expect(refused.status).toBe(status);
    expect(text).toMatch(/^[^\n]+\n?$/);
    expect(JSON.parse(text)).toMatchObject({ reason, message: expect.any(String) });
    expect((await kelp.clients.ingest.getReport({})).requests[reason]).toBe(requestsBefore + 1n);
    expect(good.status).toBe(200);
    await eventually(async () => expect(await stored()).toBe(storedBefore + 1));
  });
});
