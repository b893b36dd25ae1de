import { type IdentityProvider, Permission, User_State as State } from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { type DnsServer, startDnsServer } from './dns-server.js';
import { browse, client, type HttpsServer, type Lie, startLiar, startProvider } from './identity-provider.js';
import { as, createOrganization, createUser } from './make-account.js';
import { refusal } from './refusal.js';
import { refused, tokensIn } from './sign-in.js';
import { callbackUrl, type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let sql: pg.Client;
let dns: DnsServer;
let real: HttpsServer;
let liar: Awaited<ReturnType<typeof startLiar>>;
let service: RunningAccount;
let parent: string;
/** A domain that only this test's organization has proved. */
let domain: string;
let domains = 0;

const people: Record<string, { email: string; name?: string; email_verified?: boolean }> = {};

beforeAll(async () => {
  database = await freshDatabase('account');
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  dns = await startDnsServer();
  real = await startProvider(people);
  liar = await startLiar();
  const sso = { callbackUrl, privateNetworks: true, dnsServers: [dns.address], ca: real.ca };
  service = await startAccount(database.url, undefined, sso);
});
afterAll(async () => {
  await service?.close();
  await liar?.close();
  await real?.close();
  await dns?.close();
  await sql?.end();
  await database?.drop();
});
beforeEach(async () => {
  parent = (await createOrganization(service.client)).name;
  domain = `company-${domains++}.example`;
  liar.lie = {};
});

const oidc = (issuer: string) => ({ $case: 'oidc' as const, value: { issuer, ...client } });
const createProvider = (fields: Partial<IdentityProvider> = {}, of = parent) =>
  service.sso.createIdentityProvider({
    parent: of,
    identityProvider: { displayName: 'Company', protocol: oidc(real.issuer), createUsers: true, ...fields },
  });

async function proveDomain(name = domain, of = parent) {
  const claimed = await service.sso.createDomain({ parent: of, domain: name });
  dns.records.set(claimed.txtName, ['something else', claimed.txtValue]);
  return await service.sso.verifyDomain({ name: claimed.name });
}

/** Signs in as somebody whom the real provider knows. */
async function signIn({ name: identityProvider }: IdentityProvider, login: string, more: object = {}) {
  const { authorizationUrl, browserToken } = await service.sso.beginSso({ identityProvider, ...more });
  const callbackQuery = await browse(authorizationUrl, real.ca, login);
  return { callbackQuery, browserToken, finish: () => service.sso.finishSso({ callbackQuery, browserToken }) };
}

const signedIn = async (provider: IdentityProvider, login: string, more: object = {}) =>
  tokensIn(await (await signIn(provider, login, more)).finish());
const userIn = (session: string) => session.split('/').slice(0, 4).join('/');

describe('signing in with an identity provider', () => {
  it('makes a user of who comes for the first time, and knows them the next time, whatever their address is then', async () => {
    await proveDomain();
    const provider = await createProvider({ defaultRole: 'roles/editor' });
    people.ann = { email: `Ann@${domain}`, name: 'Ann Smith' };
    const tokens = await signedIn(provider, 'ann', { client: { userAgent: 'Firefox', address: '' } });
    const user = await service.directory.getUser({ name: userIn(tokens.session) });
    expect(user).toMatchObject({ email: `ann@${domain}`, displayName: 'Ann Smith', role: 'roles/editor' });
    await eventually(() => service.directory.listUsers({ parent }, as(tokens.accessToken)));
    people.ann = { email: 'ann@elsewhere.example' };
    const again = await signedIn(provider, 'ann');
    expect(userIn(again.session)).toBe(user.name);
    expect((await service.directory.listUsers({ parent })).users).toHaveLength(1);
  });

  it('finds users that there are by their address; and may be for some purposes only', async () => {
    await proveDomain();
    const provider = await createProvider({ createUsers: false });
    const user = await createUser(service.directory, parent, { email: `ben@${domain}`, role: 'roles/admin' });
    people.ben = { email: `ben@${domain}` };
    const { session, accessToken } = await signedIn(provider, 'ben', { scopes: [Permission.USERS_VIEW] });
    expect(userIn(session)).toBe(user.name);
    await eventually(() => service.directory.listUsers({ parent }, as(accessToken)));
    await expect(service.sso.listDomains({ parent }, as(accessToken))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'PERMISSION_MISSING'),
    );
  });

  it('lets in nobody of a domain that the organization has not proved, nor whom it has suspended, nor who is new where none are made', async () => {
    const other = (await createOrganization(service.client)).name;
    await proveDomain(`other.${domain}`, other);
    await service.sso.createDomain({ parent, domain: `claimed.${domain}` });
    await proveDomain();
    const provider = await createProvider();
    const closed = await createProvider({ createUsers: false });
    const suspended = await createUser(service.directory, parent, { email: `eve@${domain}` });
    await service.directory.updateUser({ user: { ...suspended, state: State.SUSPENDED } });
    people.other = { email: `x@other.${domain}` };
    people.claimed = { email: `x@claimed.${domain}` };
    people.unknown = { email: `x@sub.${domain}` };
    people.eve = { email: `eve@${domain}` };
    people.unverified = { email: `u@${domain}`, email_verified: false };
    people.odd = { email: `x@${domain}@elsewhere.example` };
    people.new = { email: `new@${domain}` };
    for (const login of ['other', 'claimed', 'unknown', 'eve', 'unverified', 'odd'])
      await expect((await signIn(provider, login)).finish()).rejects.toEqual(refused);
    await expect((await signIn(closed, 'new')).finish()).rejects.toEqual(refused);
    expect((await service.directory.listUsers({ parent })).users).toHaveLength(1);
  });

  it('is finished once, by the browser that began, in time', async () => {
    await proveDomain();
    const provider = await createProvider();
    people.ann = { email: `ann@${domain}` };
    const [one, two] = [await signIn(provider, 'ann'), await signIn(provider, 'ann')];
    const finish = (callbackQuery: string, browserToken: string) =>
      service.sso.finishSso({ callbackQuery, browserToken });
    for (const token of [two.browserToken, '', 'x'])
      await expect(finish(one.callbackQuery, token)).rejects.toEqual(refused);
    for (const query of ['', 'code=x', 'state=x&code=y', '%', two.callbackQuery])
      await expect(finish(query, one.browserToken)).rejects.toEqual(refused);
    const results = await Promise.allSettled(Array.from({ length: 4 }, one.finish));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(one.finish()).rejects.toEqual(refused);
    await sql.query('update sso_request set expire_time = now()');
    await expect(two.finish()).rejects.toEqual(refused);
  });

  it('fails where the browser brings an error, another code, or says that it comes from another provider', async () => {
    const provider = await createProvider();
    const change = async (to: (query: URLSearchParams) => void) => {
      people.ann = { email: `ann@${domain}` };
      const { callbackQuery, browserToken } = await signIn(provider, 'ann');
      const query = new URLSearchParams(callbackQuery);
      to(query);
      return await service.sso.finishSso({ callbackQuery: query.toString(), browserToken });
    };
    await proveDomain();
    const changes: ((query: URLSearchParams) => void)[] = [
      (query) => query.set('code', 'another'),
      (query) => query.delete('code'),
      (query) => query.append('state', 'another'),
      (query) => query.set('iss', 'https://another.example'),
      (query) => {
        query.delete('code');
        query.set('error', 'access_denied');
      },
    ];
    for (const to of changes) await expect(change(to)).rejects.toEqual(refused);
    tokensIn(await change(() => undefined));
  });

  it('goes on with the secret that was there before where a change gives none; another issuer knows nobody yet', async () => {
    await proveDomain();
    const created = await createProvider();
    people.ann = { email: `ann@${domain}` };
    await signedIn(created, 'ann');
    const renamed = await service.sso.updateIdentityProvider({
      identityProvider: { ...created, displayName: 'Sent back' },
    });
    await signedIn(renamed, 'ann');
    const identities = async () =>
      (await sql.query('select from user_identity where organization_id = $1', [parent.split('/')[1]])).rowCount;
    expect(await identities()).toBe(1);
    const identityProvider = { name: created.name, protocol: oidc(liar.issuer) };
    await service.sso.updateIdentityProvider({ identityProvider, updateMask: ['oidc'] });
    expect(await identities()).toBe(0);
  });
});

describe('an identity provider that lies', () => {
  /** Comes back from it at once. */
  async function comeBack(lie: Lie) {
    const provider = await createProvider({ protocol: oidc(liar.issuer) });
    const { authorizationUrl, browserToken } = await service.sso.beginSso({ identityProvider: provider.name });
    const query = new URL(authorizationUrl).searchParams;
    liar.nonce = query.get('nonce')!;
    liar.lie = lie;
    return await service.sso.finishSso({ callbackQuery: `state=${query.get('state')}&code=c`, browserToken });
  }
  beforeEach(async () => {
    await proveDomain(`liar-${domain}`);
  });
  const email = () => `ann@liar-${domain}`;

  it('is believed while it tells the truth', async () => {
    tokensIn(await comeBack({ claims: { email: email() } }));
  });

  it.each<[string, Lie]>([
    ['that somebody else signed', { signedByAnother: true }],
    ['that nobody signed', { unsigned: true }],
    ['of a key that it does not have', { header: { kid: 'x' } }],
    ['of another provider', { claims: { iss: 'https://another.example' } }],
    ['for somebody else', { claims: { aud: 'another' } }],
    ['for several, on behalf of another', { claims: { aud: [client.clientId, 'another'], azp: 'another' } }],
    ['for another browser', { claims: { nonce: 'another' } }],
    ['for no browser', { claims: { nonce: undefined } }],
    ['that has ended', { claims: { exp: Math.floor(Date.now() / 1_000) - 600 } }],
    ['that never ends', { claims: { exp: undefined } }],
    ['of nobody', { claims: { sub: undefined } }],
    ['without an address', { claims: { email: 7 } }],
    ['at all, but none came', { answer: { access_token: 'a', token_type: 'Bearer' } }],
    ['at all, but it refused', { answer: { error: 'invalid_grant' } }],
  ])('is not believed with a token %s', async (_what, lie) => {
    await expect(comeBack({ ...lie, claims: { email: email(), ...lie.claims } })).rejects.toEqual(refused);
    expect((await service.directory.listUsers({ parent })).users).toEqual([]);
  });

  it('or is not there, is told to who begins', async () => {
    const begin = async (issuer: string) => {
      const { name } = await createProvider({ protocol: oidc(issuer) });
      await service.sso.beginSso({ identityProvider: name });
    };
    const unavailable = refusal('UNAVAILABLE', 'IDENTITY_PROVIDER_UNAVAILABLE');
    for (const issuer of ['https://localhost:1', `${liar.issuer}/nothing-here`])
      await expect(begin(issuer)).rejects.toEqual(unavailable);
    liar.lie = { metadata: { issuer: 'https://another.example' } };
    await expect(begin(liar.issuer)).rejects.toEqual(unavailable);
    const name = `${parent}/identityProviders/${uuidv7()}`;
    await expect(service.sso.beginSso({ identityProvider: name })).rejects.toEqual(
      refusal('NOT_FOUND', 'IDENTITY_PROVIDER_NOT_FOUND', { metadata: { identity_provider: name } }),
    );
  });
});
