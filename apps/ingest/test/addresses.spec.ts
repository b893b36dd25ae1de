import { uuidv7 } from '@kelp/resource';
import type { Running } from '@kelp/rpc';
import { eventually } from '@kelp/testing';
import { sendgridBody, sendgridEvent, signingKey } from '@kelp/webhook-samples';
import { FakeAccounts } from './fakes/fake-account.js';
import { FakeTemplates } from './fakes/fake-template.js';
import { makeConnection } from './make-connection.js';
import { post } from './post.js';
import { makeGround, startIngest } from './start-ingest.js';

const key = signingKey();
const verificationKeys = [key.publicKey];
const accounts = new FakeAccounts();
const templates = new FakeTemplates();
const servers: Running[] = [];
let ground: Awaited<ReturnType<typeof makeGround>>;

const connect = (allowedAddresses: string[]) => {
  const connection = makeConnection({ verificationKeys, allowedAddresses });
  accounts.put(connection);
  return connection.name.split('/')[3]!;
};
const anywhere = connect([]);
const here = connect(['127.0.0.0/8', '::1']);
const elsewhere = connect(['192.0.2.0/24']);

beforeAll(async () => {
  ground = await makeGround();
  servers.push(await accounts.serve(), await templates.serve());
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await ground?.clear();
});

/** What each of these gets to hear from an ingest behind so many proxies. */
async function answered(trustedProxies: number, posts: readonly [string, string?][]) {
  const [account, template] = servers.map(({ address }) => address);
  const kelp = await startIngest({
    ...ground,
    account: account!,
    template: template!,
    trustedProxies,
    roles: ['edge'],
  });
  try {
    await eventually(async () => expect((await fetch(`http://${kelp.http}/readyz`)).status).toBe(200));
    const results = [];
    for (const [id, forwarded] of posts) {
      const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
      const body = sendgridBody([sendgridEvent('open')]);
      const { status, said } = await post(`http://${kelp.http}/v1/webhooks/sendgrid/${id}`, body, { key, headers });
      results.push(said.reason ?? status);
    }
    return results;
  } finally {
    await kelp.stop();
  }
}

it('a webhook may come only from where its connection says, as far as proxies can be believed', async () => {
  const refused = 'ADDRESS_NOT_ALLOWED';
  const direct = [[anywhere], [here], [elsewhere], [elsewhere, '192.0.2.1']] as [string, string?][];
  expect(await answered(0, direct)).toEqual([200, 200, refused, refused]);
  const proxied = [
    [here],
    [here, '192.0.2.1'],
    [elsewhere, '192.0.2.1'],
    [elsewhere, '192.0.2.1, 203.0.113.5'],
    [anywhere, 'nonsense'],
    [elsewhere, uuidv7()],
  ] as [string, string?][];
  expect(await answered(1, proxied)).toEqual([refused, refused, 200, refused, 200, refused]);
});
