import { nowhere } from '../../../test/nowhere.js';
import type { WebhookRequest } from '../provider.js';
import { secretVerifier } from './presented-secret.js';

const verify = secretVerifier({
  verificationKeys: [],
  topicArns: [],
  secrets: ['user:password', 'a-token', 'next+token/='],
});
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

const presented = async (authorization: string | undefined, url = '/v1/webhooks/postmark/x') =>
  (await verify({ url, headers: { authorization } } as unknown as WebhookRequest, nowhere)).valid;

it.each([
  [basic('user:password'), undefined],
  ['Bearer a-token', undefined],
  ['ApiKey   a-token ', undefined],
  ['Bearer next+token/=', undefined],
  [undefined, '/x?token=a-token'],
  [undefined, '/x?a=b&token=a-token&c=d'],
  [undefined, '/x?token=next%2Btoken%2F%3D'],
  [basic('wrong:word'), '/x?token=a-token'],
])('%s at %s is enough', async (authorization, url) => expect(await presented(authorization, url)).toBe(true));

it.each([
  [undefined, undefined],
  ['', undefined],
  ['a-token', undefined],
  ['Bearer', undefined],
  ['Bearer a-toke', undefined],
  ['Bearer a-token2', undefined],
  [basic('user:Password'), undefined],
  [basic('user'), undefined],
  ['Basic !!!', undefined],
  [undefined, '/x?token='],
  [undefined, '/x?Token=a-token'],
  [undefined, '/a-token'],
  [undefined, `/x?${'token=no&'.repeat(1_000)}token=a-token`],
])('%s at %s is not', async (authorization, url) => expect(await presented(authorization, url)).toBe(false));

it('is never enough where the connection has no secret', async () => {
  const none = secretVerifier({ verificationKeys: [], topicArns: [], secrets: [] });
  for (const authorization of ['Bearer x', basic(':'), basic('')]) {
    const request = { url: '/x?token=', headers: { authorization } } as unknown as WebhookRequest;
    expect(await none(request, nowhere)).toMatchObject({ valid: false });
  }
});
