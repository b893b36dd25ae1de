import { Provider } from '@kelp/contract-event';
import type { Running } from '@kelp/rpc';
import { eventually } from '@kelp/testing';
import { type SampleProof, sampleMessage, sampleProviders, snsEnvelope, subscribeUrl } from '@kelp/webhook-samples';
import { FakeAmazon, makeSigner } from './fake-amazon.js';
import { FakeAccounts } from './fakes/fake-account.js';
import { FakeTemplates } from './fakes/fake-template.js';
import { makeConnection } from './make-connection.js';
import { makeGround, startIngest } from './start-ingest.js';

const ses = sampleProviders.find(({ path }) => path === 'ses')!;
const topic = 'arn:aws:sns:eu-central-1:123456789012:mail';
const CERTIFICATE = '/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem';
const CONFIRMED = '<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"/>';

const accounts = new FakeAccounts();
const templates = new FakeTemplates();
const running: Running[] = [];
let amazon: FakeAmazon;
let ground: Awaited<ReturnType<typeof makeGround>>;
let kelp: Awaited<ReturnType<typeof startIngest>>;
let proof: SampleProof;

beforeAll(async () => {
  amazon = await FakeAmazon.start();
  const { certificate, privateKey } = await makeSigner();
  amazon.pages.set(CERTIFICATE, { body: certificate });
  proof = { verificationKeys: [], secrets: [], topicArns: [topic], privateKey };
  ground = await makeGround();
  running.push(await accounts.serve(), await templates.serve());
  const [account, template] = running.map(({ address }) => address);
  kelp = await startIngest({ ...ground, account: account!, template: template!, outside: amazon, roles: ['edge'] });
  await eventually(async () => expect((await fetch(`http://${kelp.http}/readyz`)).status).toBe(200));
});

afterAll(async () => {
  await kelp?.stop();
  await Promise.all(running.map((one) => one.close()));
  await ground?.clear();
  await amazon?.close();
});

let url: string;

/** A connection of its own for each test: what it has fetched is the connection's. */
beforeEach(async () => {
  amazon.visits.length = 0;
  const connection = makeConnection({ provider: Provider.SES, topicArns: [topic] });
  accounts.put(connection);
  url = `http://${kelp.http}/v1/webhooks/ses/${connection.name.split('/')[3]}`;
  await eventually(async () => expect((await send('x')).said.reason).toBe('SIGNATURE_INVALID'));
});

async function send(body: string | object) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'text/plain; charset=UTF-8' },
  });
  return { status: response.status, said: (await response.json()) as { reason?: string; message: string } };
}

const confirmation = (fields: Record<string, string> = {}, by: SampleProof = proof) => {
  const Token = '2336412f37fb687f5d51e6e2425ba1f2';
  const texts = { Type: 'SubscriptionConfirmation', Message: 'You have chosen to subscribe.', Token };
  return snsEnvelope({ ...texts, SubscribeURL: subscribeUrl(topic, Token), ...fields }, by, new Date(), '1');
};
const visitOf = (envelope: object) => new URL((envelope as { SubscribeURL: string }).SubscribeURL);
const event = (by: SampleProof = proof) =>
  ses.request([ses.event('open', sampleMessage())], by, url, new Date()).body.toString();

describe('a subscription', () => {
  it('is confirmed by a visit to Amazon, and then its messages are taken', async () => {
    const asked = confirmation();
    const { pathname, search } = visitOf(asked);
    amazon.pages.set(`${pathname}${search}`, { body: CONFIRMED });
    expect(await send(asked)).toEqual({ status: 200, said: { message: '0 kept, 0 dropped, 0 not understood.' } });
    expect(amazon.visits).toEqual([CERTIFICATE, `${pathname}${search}`]);
    expect((await send(event())).status).toBe(200);
    expect(amazon.visits).toHaveLength(2); // the certificate is known
  });

  it('to a topic that is not the connection’s is refused, however well it is signed, and nobody is visited', async () => {
    const foreign = { ...proof, topicArns: ['arn:aws:sns:eu-central-1:999999999999:mail'] };
    const { status, said } = await send(confirmation({}, foreign));
    expect([status, said.reason]).toEqual([503, 'SIGNATURE_INVALID']);
    expect(amazon.visits).toEqual([]);
  });

  it.each([
    'https://evil.example/?Action=ConfirmSubscription',
    'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription',
    `https://sns.eu-central-1.amazonaws.com/?Action=DeleteTopic&TopicArn=${topic}`,
    'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-central-1:1:x',
    `https://sns.eu-central-1.amazonaws.com@evil.example/?Action=ConfirmSubscription&TopicArn=${topic}`,
    'http://169.254.169.254/',
    'nonsense',
  ])('that is to be confirmed at %s is not', async (SubscribeURL) => {
    const { status, said } = await send(confirmation({ SubscribeURL }));
    expect([status, said.reason]).toEqual([503, 'CONFIRMATION_FAILED']);
    expect(amazon.visits).toEqual([CERTIFICATE]);
  });

  it('that Amazon does not confirm is asked for again', async () => {
    const asked = confirmation({ Token: 'other', SubscribeURL: subscribeUrl(topic, 'other') });
    expect(await send(asked)).toMatchObject({ status: 503, said: { reason: 'CONFIRMATION_FAILED' } });
    const { pathname, search } = visitOf(asked);
    amazon.pages.set(`${pathname}${search}`, { body: '<html>not that</html>' });
    expect(await send(asked)).toMatchObject({ status: 503, said: { reason: 'CONFIRMATION_FAILED' } });
    amazon.pages.set(`${pathname}${search}`, { body: CONFIRMED });
    expect(await send(asked)).toMatchObject({ status: 200 });
  });
});

describe('a message', () => {
  it('of a forger is refused, and his certificate is not looked at', async () => {
    const forger = { ...proof, privateKey: (await makeSigner()).privateKey };
    expect(await send(event(forger))).toMatchObject({ status: 503, said: { reason: 'SIGNATURE_INVALID' } });
    expect(amazon.visits).toEqual([CERTIFICATE]);
    for (const place of [
      'https://evil.example/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem',
      'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem',
      'https://sns.eu-central-1.amazonaws.com/upload/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem',
      'https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem',
      'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem',
    ]) {
      const moved = { ...(JSON.parse(event(forger)) as object), SigningCertURL: place };
      expect(await send(moved)).toMatchObject({ said: { message: expect.stringContaining("Amazon's address") } });
    }
    expect(amazon.visits).toEqual([CERTIFICATE]);
  });

  it('makes us ask Amazon a few times a minute at the most, whatever is posted', async () => {
    const forged = JSON.parse(event()) as object;
    for (let n = 0; n < 14; n++) {
      const name = `SimpleNotificationService-${String(n).padStart(32, '0')}.pem`;
      const SigningCertURL = `https://sns.eu-central-1.amazonaws.com/${name}`;
      expect(await send({ ...forged, SigningCertURL })).toMatchObject({ status: 503 });
    }
    expect(amazon.visits).toHaveLength(10);
  });

  it('is not believed by a certificate that is over, or by none', async () => {
    const expired = await makeSigner(-1);
    amazon.pages.set(CERTIFICATE.replace('7ff5', '0000'), { body: expired.certificate });
    amazon.pages.set(CERTIFICATE.replace('7ff5', '1111'), { body: 'no certificate' });
    for (const [name, problem] of [
      ['0000', 'not valid'],
      ['1111', 'no certificate'],
      ['2222', 'answered 404'],
    ] as const) {
      const SigningCertURL = `https://sns.eu-central-1.amazonaws.com${CERTIFICATE.replace('7ff5', name)}`;
      const moved = { ...(JSON.parse(event({ ...proof, privateKey: expired.privateKey })) as object), SigningCertURL };
      expect(await send(moved)).toMatchObject({ status: 503, said: { message: expect.stringContaining(problem) } });
    }
  });
});
