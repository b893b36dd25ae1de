import { signSvix } from '@kelp/webhook-samples';
import { nowhere } from '../../../test/nowhere.js';
import type { WebhookRequest } from '../provider.js';
import { verifier } from './signature.js';

// The example of Svix's own documentation.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const at = new Date(1_614_265_330_000);
const body = Buffer.from('{"test": 2432232314}');
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const documented = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const isValid = async (headers: Record<string, string>, secrets = [SECRET], receivedAtMs = at.getTime()) => {
  const request = { headers: { ...signSvix(SECRET, ID, body, at), ...headers }, body, rawBody: body, receivedAtMs };
  const verify = verifier({ secrets, verificationKeys: [], topicArns: [] });
  return (await verify(request as unknown as WebhookRequest, nowhere)).valid;
};

it('takes what Svix documents', async () => {
  expect(await isValid({ 'svix-signature': documented })).toBe(true);
});

it('takes any signature of several, of a version that it knows, by any live secret', async () => {
  const other = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  expect(await isValid({ 'svix-signature': `v1a,AAAA v1,AAAA ${documented}` }, [other, SECRET])).toBe(true);
  expect(await isValid({ 'svix-signature': documented.replace('v1', 'v2') })).toBe(false);
  expect(await isValid({ 'svix-signature': documented }, [other])).toBe(false);
  expect(await isValid({ 'svix-signature': documented }, ['whsec_', ''])).toBe(false);
});

it('covers the identifier and the time', async () => {
  expect(await isValid({ 'svix-id': 'msg_other' })).toBe(false);
  expect(await isValid({ 'svix-timestamp': '1614265331' })).toBe(false);
  expect(await isValid({ 'svix-timestamp': 'x' })).toBe(false);
});

it('takes what was signed a day ago: it may be repeated after an outage', async () => {
  const hour = 3_600_000;
  expect(await isValid({}, [SECRET], at.getTime() + 28 * hour)).toBe(true);
  expect(await isValid({}, [SECRET], at.getTime() + 31 * hour)).toBe(false);
  expect(await isValid({}, [SECRET], at.getTime() - hour)).toBe(false);
});
