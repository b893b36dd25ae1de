import {
  FilterRule_Action as Action,
  FilterCondition_Field as Field,
  FilterCondition_Operator as Operator,
  FilterRule_State as State,
} from '@kelp/contract-account';
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
const organization = uuidv7();
const id = uuidv7();
const accounts = new FakeAccounts();
const templates = new FakeTemplates();
const running: Running[] = [];
let ground: Awaited<ReturnType<typeof makeGround>>;
let kelp: Awaited<ReturnType<typeof startIngest>>;

const ruled = (state: State, fields: object = {}) =>
  makeConnection(
    {
      verificationKeys: [key.publicKey],
      filter: {
        rules: [
          {
            id: 'campaign',
            action: Action.DROP,
            state,
            conditions: [{ field: Field.CAMPAIGN, operator: Operator.STARTS_WITH, values: ['test-'] }],
          },
        ],
      },
      ...fields,
    },
    { organization, id },
  );

const deliver = (...campaigns: string[]) =>
  post(
    `http://${kelp.http}/v1/webhooks/sendgrid/${id}`,
    sendgridBody(campaigns.map((kelp_campaign) => sendgridEvent('open', { kelp_campaign }))),
    { key },
  );

const report = () => kelp.ingest.getFilterReport({ connection: ruled(State.ENFORCED).name });

beforeAll(async () => {
  accounts.put(ruled(State.SHADOW));
  ground = await makeGround();
  running.push(await accounts.serve(), await templates.serve());
  const [account, template] = running.map(({ address }) => address);
  kelp = await startIngest({ ...ground, account: account!, template: template!, roles: ['edge'] });
  await eventually(async () => expect((await fetch(`http://${kelp.http}/readyz`)).status).toBe(200));
});

afterAll(async () => {
  await kelp?.stop();
  await Promise.all(running.map((one) => one.close()));
  await ground?.clear();
});

it('a rule in shadow drops nothing and reports what it would; enforced, it drops; disabled, it does nothing', async () => {
  expect((await deliver('test-1', 'summer')).said.message).toBe('2 kept, 0 dropped, 0 not understood.');
  const shadow = await report();
  expect(shadow).toMatchObject({ eventsReceived: 2n, eventsKept: 2n });
  expect(shadow.rules).toMatchObject([{ rule: 'rules/campaign', dropped: 0n, matched: 1n }]);
  expect(shadow.rules[0]?.samples.map(({ campaign }) => campaign)).toEqual(['test-1']);

  accounts.put(ruled(State.ENFORCED));
  await eventually(async () =>
    expect((await deliver('test-2', 'summer')).said.message).toBe('1 kept, 1 dropped, 0 not understood.'),
  );
  const enforced = (await report()).rules[0];
  expect(enforced?.dropped).toBeGreaterThan(0n);
  expect((await kelp.ingest.getReport({})).eventsDropped.rule).toBe(enforced?.dropped);

  accounts.put(ruled(State.DISABLED));
  await eventually(async () =>
    expect((await deliver('test-3', 'summer')).said.message).toBe('2 kept, 0 dropped, 0 not understood.'),
  );
});

it('refuses more requests than the connection takes, so that they come again', async () => {
  accounts.put(ruled(State.DISABLED, { requestsPerSecondMax: 1 }));
  await eventually(async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => deliver('summer')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.said.reason).toBe('RATE_LIMITED');
    expect(refused[0]!.headers.get('retry-after')).toBe('5');
  });
  accounts.put(ruled(State.DISABLED));
  await eventually(async () => expect((await deliver('summer')).status).toBe(200));
});
