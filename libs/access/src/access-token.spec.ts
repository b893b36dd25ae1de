import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type AccessChange, Permission, User_State as State } from '@kelp/contract-account';
import { SignJWT } from 'jose';
import { AccessGraph } from './access-graph.js';
import { AccessTokens, tokenAudience, tokenIssuer } from './access-token.js';

const org = `organizations/${'a'.repeat(36)}`;
const sub = `${org}/users/u`;
const sid = `${sub}/sessions/s`;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const another = generateKeyPairSync('ed25519').privateKey;
const raw = (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url');

type Fact = NonNullable<AccessChange['fact']>;
const user = (state = State.ACTIVE): Fact => ({ $case: 'user', value: { name: sub, role: 'roles/admin', state } });
const tokenKey: Fact = { $case: 'tokenKey', value: { keyId: 'k', publicKey: raw(publicKey) } };

let graph: AccessGraph;
let tokens: AccessTokens;
beforeEach(() => {
  graph = new AccessGraph();
  graph.apply({ key: 'u', fact: user() });
  graph.apply({ key: 'k', fact: tokenKey });
  tokens = new AccessTokens();
});

interface Made {
  claims?: object;
  header?: object;
  key?: KeyObject | Uint8Array;
  issuer?: string;
  audience?: string;
  expires?: number;
}
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const made = ({ claims, header, key = privateKey, issuer, audience, expires }: Made = {}) =>
  new SignJWT({ sub, org, sid, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k', ...header })
    .setIssuer(issuer ?? tokenIssuer)
    .setAudience(audience ?? tokenAudience)
    .setIssuedAt()
    .setExpirationTime(expires ?? nowSeconds() + 300)
    .sign(key);
const who = async (token: string) => (await tokens.authenticate(graph, `Bearer ${token}`))?.principal;

describe('a token', () => {
  it('stands for its user, and says for what', async () => {
    expect(await tokens.authenticate(graph, `Bearer ${await made()}`)).toEqual({
      principal: sub,
      organization: org,
      isTest: false,
      session: sid,
    });
    const scoped = await made({ claims: { scope: 'TEMPLATES_VIEW FLY 3 PERMISSION_UNSPECIFIED USERS_VIEW' } });
    const identity = await tokens.authenticate(graph, `Bearer ${scoped}`);
    expect([...identity!.scopes!]).toEqual([Permission.TEMPLATES_VIEW, Permission.USERS_VIEW]);
    const nothing = await tokens.authenticate(graph, `Bearer ${await made({ claims: { scope: '' } })}`);
    expect([...nothing!.scopes!]).toEqual([]);
  });

  it.each<[string, Made]>([
    ['signed by somebody else', { key: another }],
    ['of a key that nobody knows', { header: { kid: 'x' } }],
    ['of no key', { header: { kid: undefined } }],
    ['signed with the public key as a password', { header: { alg: 'HS256' }, key: raw(publicKey) }],
    ['of another sort', { header: { typ: 'JWT' } }],
    ['from somebody else', { issuer: 'other' }],
    ['for somebody else', { audience: 'other' }],
    ['that has ended', { expires: nowSeconds() - 60 }],
    ['of a user of another organization', { claims: { org: `organizations/${'b'.repeat(36)}` } }],
    ["of another user's session", { claims: { sid: `${org}/users/v/sessions/s` } }],
    ['of no session', { claims: { sid: undefined } }],
    ['of a key, not a user', { claims: { sub: `${org}/apiKeys/u`, sid: `${org}/apiKeys/u/sessions/s` } }],
    ['of a user that nobody knows', { claims: { sub: `${org}/users/v`, sid: `${org}/users/v/sessions/s` } }],
  ])('%s is none', async (_what, made_) => {
    expect(await who(await made(made_))).toBeUndefined();
  });

  it('that is not signed, cut off, changed or grown is none', async () => {
    const token = await made();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: 'k' })).toString('base64url');
    const other = Buffer.from(JSON.stringify({ sub, org, sid, exp: 9e9 })).toString('base64url');
    const wrong = [
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${header}.${other}.${signature}`,
      token.slice(0, -1),
      `${token}A`,
      `${token}.A`,
      `${header}.${payload}`,
      '',
      'a.b.c',
      `${'A'.repeat(100_000)}.${payload}.${signature}`,
    ];
    for (const one of wrong) expect([one.length, await who(one)]).toEqual([one.length, undefined]);
    expect(await tokens.authenticate(graph, token)).toBeUndefined();
    expect(await who(token)).toBe(sub);
  });

  it('counts only while its key, its session and its user do, and until it ends: also once it was verified', async () => {
    const token = await made();
    const changes: [AccessChange, AccessChange][] = [
      [
        { key: 'k', fact: undefined },
        { key: 'k', fact: tokenKey },
      ],
      [
        { key: 'u', fact: user(State.SUSPENDED) },
        { key: 'u', fact: user() },
      ],
      [
        { key: 'u', fact: undefined },
        { key: 'u', fact: user() },
      ],
      [
        { key: 's', fact: { $case: 'endedSession', value: { name: sid } } },
        { key: 's', fact: undefined },
      ],
    ];
    expect(await who(token)).toBe(sub);
    for (const [change, back] of changes) {
      graph.apply(change);
      expect(await who(token)).toBeUndefined();
      graph.apply(back);
      expect(await who(token)).toBe(sub);
    }
    expect(await tokens.authenticate(graph, `Bearer ${token}`, Date.now() + 400_000)).toBeUndefined();
  });

  it('is not good any more where its key has another value', async () => {
    const token = await made();
    expect(await who(token)).toBe(sub);
    graph.apply({
      key: 'k',
      fact: { $case: 'tokenKey', value: { keyId: 'k', publicKey: raw(generateKeyPairSync('ed25519').publicKey) } },
    });
    expect(await who(await made())).toBeUndefined();
  });
});
