import { type IdentityProvider, Permission } from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { type DnsServer, startDnsServer } from './dns-server.js';
import { dumpOf } from './dump.js';
import { as, createKey, createOrganization } from './make-account.js';
import { invalid, refusal } from './refusal.js';
import { createSigner, password, tokensIn } from './sign-in.js';
import { callbackUrl, type RunningAccount, startAccount } from './start-account.js';

let database: FreshDatabase;
let sql: pg.Client;
let dns: DnsServer;
let service: RunningAccount;
let parent: string;
/** A domain that only this test's organization has proved. */
let domain: string;
let domains = 0;

/** Nobody is asked here: it only has to be an address. */
const ISSUER = 'https://company.example';

const client = { clientId: 'kelp', clientSecret: 'what only the provider and Kelp know' };

beforeAll(async () => {
  database = await freshDatabase('account');
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  dns = await startDnsServer();
  const sso = { callbackUrl, privateNetworks: true, dnsServers: [dns.address] };
  service = await startAccount(database.url, undefined, sso);
});
afterAll(async () => {
  await service?.close();
  await dns?.close();
  await sql?.end();
  await database?.drop();
});
beforeEach(async () => {
  parent = (await createOrganization(service.client)).name;
  domain = `company-${domains++}.example`;
});

const oidc = (issuer: string) => ({ $case: 'oidc' as const, value: { issuer, ...client } });
const createProvider = (fields: Partial<IdentityProvider> = {}, of = parent) =>
  service.sso.createIdentityProvider({
    parent: of,
    identityProvider: { displayName: 'Company', protocol: oidc(ISSUER), createUsers: true, ...fields },
  });

async function proveDomain(name = domain, of = parent) {
  const claimed = await service.sso.createDomain({ parent: of, domain: name });
  dns.records.set(claimed.txtName, ['something else', claimed.txtValue]);
  return await service.sso.verifyDomain({ name: claimed.name });
}

describe('an identity provider', () => {
  it('is what was created, without its secret, once for a request id', async () => {
    const requestId = uuidv7();
    const identityProvider = { displayName: 'Company', protocol: oidc(ISSUER), createUsers: true };
    const create = () => service.sso.createIdentityProvider({ parent, identityProvider, requestId });
    const created = await create();
    expect(created).toEqual({
      name: `${parent}/identityProviders/${requestId}`,
      displayName: 'Company',
      protocol: { $case: 'oidc', value: { issuer: ISSUER, clientId: 'kelp', clientSecret: '' } },
      createUsers: true,
      defaultRole: 'roles/viewer',
      createTime: expect.any(Date),
      updateTime: created.createTime,
      etag: expect.stringMatching(/./),
    });
    expect(await create()).toEqual(created);
    expect(await service.sso.getIdentityProvider({ name: created.name })).toEqual(created);
    expect((await service.sso.listIdentityProviders({ parent })).identityProviders).toEqual([created]);
    const other = (await createOrganization(service.client)).name;
    await expect(service.sso.createIdentityProvider({ parent: other, identityProvider, requestId })).rejects.toEqual(
      refusal('ALREADY_EXISTS', 'REQUEST_ID_REUSED'),
    );
    const dump = await dumpOf(database.url);
    for (const text of [client.clientSecret, Buffer.from(client.clientSecret).toString('base64url')])
      expect(dump).not.toContain(text);
  });

  it('says all that is wrong with it at once', async () => {
    const wrong = { displayName: '', protocol: oidc('http://company.example') };
    wrong.protocol.value.clientId = 'a\nb';
    wrong.protocol.value.clientSecret = '';
    await expect(createProvider(wrong)).rejects.toEqual(
      invalid(
        'identity_provider.display_name',
        'identity_provider.oidc.issuer',
        'identity_provider.oidc.client_id',
        'identity_provider.oidc.client_secret',
      ),
    );
    await expect(createProvider({ protocol: undefined })).rejects.toEqual(invalid('identity_provider.oidc'));
    for (const issuer of ['https://u:p@company.example', 'https://company.example?x', 'company.example', ''])
      await expect(createProvider({ protocol: oidc(issuer) })).rejects.toEqual(
        invalid('identity_provider.oidc.issuer'),
      );
  });

  it('changes what the mask names, for those who saw its present state, and is gone once it was deleted', async () => {
    const created = await createProvider();
    const { name } = created;
    const update = (fields: Partial<IdentityProvider>, ...updateMask: string[]) =>
      service.sso.updateIdentityProvider({ identityProvider: { name, ...fields }, updateMask });
    const renamed = await update({ displayName: 'New' }, 'display_name');
    expect(renamed).toMatchObject({ displayName: 'New', createUsers: true, protocol: created.protocol });
    const sent = await update({ ...renamed, createUsers: false });
    expect(sent).toMatchObject({ displayName: 'New', createUsers: false, protocol: created.protocol });
    await expect(update({ etag: created.etag, displayName: 'X' }, 'display_name')).rejects.toEqual(
      refusal('ABORTED', 'ETAG_MISMATCH'),
    );
    await expect(update({ protocol: oidc('http://company.example') }, 'oidc')).rejects.toEqual(
      invalid('identity_provider.oidc.issuer'),
    );
    await service.sso.deleteIdentityProvider({ name });
    const notFound = refusal('NOT_FOUND', 'IDENTITY_PROVIDER_NOT_FOUND', { metadata: { identity_provider: name } });
    await expect(service.sso.getIdentityProvider({ name })).rejects.toEqual(notFound);
    await expect(update({ displayName: 'X' }, 'display_name')).rejects.toEqual(notFound);
    await expect(service.sso.deleteIdentityProvider({ name })).rejects.toEqual(notFound);
  });

  it('is the business of who may do everything: it could say that they are anybody', async () => {
    const role = await service.directory.createRole({
      parent,
      role: { displayName: 'IT', permissions: [Permission.ORGANIZATION_MANAGE] },
    });
    const it_ = await createSigner(service, parent, { role: role.name });
    const { accessToken } = tokensIn(await service.signIn.signIn({ parent, email: it_.email, password }));
    await eventually(() => service.sso.listDomains({ parent }, as(accessToken)));
    const identityProvider = { displayName: 'Mine', protocol: oidc(ISSUER), createUsers: true };
    const notHeld = refusal('PERMISSION_DENIED', 'PERMISSION_NOT_HELD');
    await expect(service.sso.createIdentityProvider({ parent, identityProvider }, as(accessToken))).rejects.toEqual(
      notHeld,
    );
    const provider = await createProvider();
    await expect(service.sso.updateIdentityProvider({ identityProvider: provider }, as(accessToken))).rejects.toEqual(
      notHeld,
    );
    const claimed = await service.sso.createDomain({ parent, domain }, as(accessToken));
    await expect(service.sso.verifyDomain({ name: claimed.name }, as(accessToken))).rejects.toEqual(notHeld);
    const { token } = await createKey(service.keys, parent, [Permission.USERS_VIEW]);
    await eventually(() => service.directory.listUsers({ parent }, as(token)));
    await expect(service.sso.listIdentityProviders({ parent }, as(token))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'PERMISSION_MISSING'),
    );
  });
});

describe('a domain', () => {
  it('is proved once the DNS says what it has to, by one organization at a time', async () => {
    const claimed = await service.sso.createDomain({ parent, domain: `${domain.toUpperCase()}.` });
    expect(claimed).toEqual({
      name: expect.stringMatching(new RegExp(`^${parent}/domains/`)),
      domain,
      txtName: `_kelp-challenge.${domain}`,
      txtValue: expect.stringMatching(/^kelp-domain-verification=[\w-]{43}$/),
      verifyTime: undefined,
      createTime: expect.any(Date),
    });
    const { name, txtName, txtValue } = claimed;
    const verify = (which = name) => service.sso.verifyDomain({ name: which });
    const notProved = refusal('FAILED_PRECONDITION', 'DOMAIN_NOT_PROVED', { metadata: { domain, txt_name: txtName } });
    await expect(verify()).rejects.toEqual(notProved);
    dns.records.set(txtName, [`${txtValue}x`, 'kelp-domain-verification=']);
    await expect(verify()).rejects.toEqual(notProved);
    dns.records.set(txtName, [txtValue]);
    expect(await verify()).toEqual({ ...claimed, verifyTime: expect.any(Date) });

    const other = (await createOrganization(service.client)).name;
    await expect(proveDomain(domain, other)).rejects.toEqual(
      refusal('FAILED_PRECONDITION', 'DOMAIN_TAKEN', { metadata: { domain } }),
    );
    await service.sso.deleteDomain({ name });
    const theirs = (await service.sso.listDomains({ parent: other })).domains[0]!;
    dns.records.set(theirs.txtName, [theirs.txtValue]);
    expect(await verify(theirs.name)).toMatchObject({ domain, verifyTime: expect.any(Date) });
    const notFound = refusal('NOT_FOUND', 'DOMAIN_NOT_FOUND', { metadata: { domain: name } });
    await expect(verify()).rejects.toEqual(notFound);
    await expect(service.sso.deleteDomain({ name })).rejects.toEqual(notFound);
  });

  it('is one, and is claimed once', async () => {
    for (const wrong of [
      'localhost',
      'a..example',
      '-a.example',
      'a.1',
      'a b.example',
      `${'a'.repeat(64)}.example`,
      '1.2.3.4',
    ])
      await expect(service.sso.createDomain({ parent, domain: wrong })).rejects.toEqual(invalid('domain'));
    const created = [
      await service.sso.createDomain({ parent, domain }),
      await service.sso.createDomain({ parent, domain: `b.${domain}` }),
    ];
    await expect(service.sso.createDomain({ parent, domain })).rejects.toEqual(
      refusal('ALREADY_EXISTS', 'DOMAIN_EXISTS', { metadata: { domain } }),
    );
    const first = await service.sso.listDomains({ parent, pageSize: 1 });
    const second = await service.sso.listDomains({ parent, pageSize: 1, pageToken: first.nextPageToken });
    expect([...first.domains, ...second.domains]).toEqual(created);
  });

  it('says with which providers its people sign in, once it is proved', async () => {
    const provider = await createProvider({ displayName: 'Company' });
    const find = async (email: string) => (await service.sso.findIdentityProviders({ email })).choices;
    await service.sso.createDomain({ parent, domain });
    expect(await find(`ann@${domain}`)).toEqual([]);
    await sql.query('update domain set proved_domain = domain, verify_time = now() where domain = $1', [domain]);
    expect(await find(`Ann@${domain.toUpperCase()}`)).toEqual([
      { identityProvider: provider.name, displayName: 'Company' },
    ]);
    for (const email of ['', '@', `ann@sub.${domain}`, 'ann@unknown.example']) expect(await find(email)).toEqual([]);
  });
});
