import { AccessCache, AccessTokens } from '@kelp/access';
import { Permission, type SessionTokens, User_State as State, type User } from '@kelp/contract-account';
import { StatusError } from '@kelp/status';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import fc from 'fast-check';
import { createLocalJWKSet, decodeProtectedHeader, type JWK, jwtVerify } from 'jose';
import pg from 'pg';
import { as, createOrganization } from './make-account.js';
import { refusal } from './refusal.js';
import { createSigner, credentialInvalid, ended, password, tokensIn } from './sign-in.js';
import { type RunningAccount, type SignIns, startAccount } from './start-account.js';

let database: FreshDatabase;
let sql: pg.Client;
let service: RunningAccount;
let signIns: SignIns;
let parent: string;
let user: User;

beforeAll(async () => {
  database = await freshDatabase('account');
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  service = await startAccount(database.url);
  signIns = service.signIn;
});
afterAll(async () => {
  await service?.close();
  await sql?.end();
  await database?.drop();
});
beforeEach(async () => {
  parent = (await createOrganization(service.client)).name;
  user = await createSigner(service, parent, { role: 'roles/admin' });
});

const signIn = (more: object = {}) => signIns.signIn({ parent, email: user.email, password, ...more });
const signedIn = async (more: object = {}) => tokensIn(await signIn(more));
const refresh = (refreshToken: string) => signIns.refreshSession({ refreshToken });
/** A call that a token lets an admin make. */
const call = (accessToken: string) => service.directory.listUsers({ parent }, as(accessToken));
/** Works as soon as the user is known. */
const works = (accessToken: string) => eventually(() => call(accessToken));
const isRefused = (accessToken: string) =>
  eventually(() => expect(call(accessToken)).rejects.toEqual(credentialInvalid));

describe('a session', () => {
  it('goes on with each refresh token once', async () => {
    const first = await signedIn();
    const second = tokensIn(await refresh(first.refreshToken));
    expect(second.session).toBe(first.session);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const third = tokensIn(await refresh(second.refreshToken));
    await works(third.accessToken);
    for (const garbage of ['', 'x', third.accessToken.slice(0, 64), third.refreshToken.slice(1)])
      await expect(refresh(garbage)).rejects.toEqual(ended);
    tokensIn(await refresh(third.refreshToken));
  });

  it('ends where one is used twice: neither the thief nor the robbed goes on', async () => {
    const first = await signedIn();
    const second = tokensIn(await refresh(first.refreshToken));
    await works(second.accessToken);
    await expect(refresh(first.refreshToken)).rejects.toEqual(ended);
    await expect(refresh(second.refreshToken)).rejects.toEqual(ended);
    await isRefused(second.accessToken);
    const { rows } = await sql.query('select end_reason from sign_in_session where session_id = $1', [
      first.session.split('/').at(-1),
    ]);
    expect(rows).toEqual([{ end_reason: 'refresh token used twice' }]);
  });

  it('goes on for one of many who come with the same token at once, and then for none', async () => {
    const { refreshToken } = await signedIn();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => refresh(refreshToken)));
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [tokensIn(result.value)] : []));
    expect(won).toHaveLength(1);
    await expect(refresh(won[0]!.refreshToken)).rejects.toEqual(ended);
  });

  it('ends by itself, and so does its refresh token', async () => {
    const [first, second] = [await signedIn(), await signedIn()];
    const expire = (table: string, session: string) =>
      sql.query(`update ${table} set expire_time = now() - interval '1 second' where session_id = $1`, [
        session.split('/').at(-1),
      ]);
    await expire('refresh_token', first.session);
    await expire('sign_in_session', second.session);
    for (const { refreshToken } of [first, second]) await expect(refresh(refreshToken)).rejects.toEqual(ended);
  });

  it('ends when one signs out, with any token that it was given', async () => {
    const first = await signedIn();
    const second = tokensIn(await refresh(first.refreshToken));
    await works(second.accessToken);
    await signIns.signOut({ refreshToken: first.refreshToken });
    await isRefused(second.accessToken);
    await expect(refresh(second.refreshToken)).rejects.toEqual(ended);
    expect(await signIns.signOut({ refreshToken: 'never given' })).toEqual({});
  });

  it('is listed, and revoked, by its user and by who manages users, and by nobody else', async () => {
    const client = { userAgent: 'Firefox', address: '192.0.2.7' };
    const editor = await createSigner(service, parent, { role: 'roles/editor' });
    const own = tokensIn(await signIns.signIn({ parent, email: editor.email, password, client }));
    const another = tokensIn(await signIns.signIn({ parent, email: editor.email, password }));
    const admin = await signedIn();
    const list = (who: User, token: string) => signIns.listSessions({ parent: who.name }, as(token));
    const { sessions } = await eventually(() => list(editor, own.accessToken));
    expect(sessions).toEqual([
      {
        name: own.session,
        createTime: expect.any(Date),
        refreshTime: expect.any(Date),
        expireTime: expect.any(Date),
        ...client,
        totp: false,
      },
      expect.objectContaining({ name: another.session, userAgent: '' }),
    ]);
    const page = await signIns.listSessions({ parent: editor.name, pageSize: 1 }, as(own.accessToken));
    expect(page.sessions).toEqual([sessions[0]]);
    const next = { parent: editor.name, pageToken: page.nextPageToken };
    expect((await signIns.listSessions(next, as(own.accessToken))).sessions).toEqual([sessions[1]]);
    const missing = refusal('PERMISSION_DENIED', 'PERMISSION_MISSING');
    await expect(list(user, own.accessToken)).rejects.toEqual(missing);
    await expect(signIns.revokeSession({ name: admin.session }, as(own.accessToken))).rejects.toEqual(missing);
    await works(admin.accessToken);
    await signIns.revokeSession({ name: another.session }, as(own.accessToken));
    await signIns.revokeSession({ name: own.session }, as(admin.accessToken));
    await expect(signIns.revokeSession({ name: own.session }, as(admin.accessToken))).rejects.toEqual(
      refusal('NOT_FOUND', 'SESSION_NOT_FOUND', { metadata: { session: own.session } }),
    );
    await eventually(() => expect(list(editor, own.accessToken)).rejects.toEqual(credentialInvalid));
    for (const { refreshToken } of [own, another]) await expect(refresh(refreshToken)).rejects.toEqual(ended);
  });

  it('of who is suspended ends everywhere, and does not come back', async () => {
    const other = await createSigner(service, parent, { role: 'roles/admin' });
    const { accessToken, refreshToken } = tokensIn(await signIns.signIn({ parent, email: other.email, password }));
    await works(accessToken);
    const suspended = await service.directory.updateUser({ user: { ...other, state: State.SUSPENDED } });
    await isRefused(accessToken);
    await expect(refresh(refreshToken)).rejects.toEqual(ended);
    await service.directory.updateUser({ user: { ...suspended, state: State.ACTIVE } });
    await expect(refresh(refreshToken)).rejects.toEqual(ended);
    await isRefused(accessToken);
  });

  it('is refused once it has ended at every caller with a cache, without a call; and forgotten in the end', async () => {
    const cache = new AccessCache({ open: (requests, options) => service.access.watchAccess(requests, options) });
    const tokens = new AccessTokens();
    try {
      const { accessToken, refreshToken, session } = await signedIn();
      const known = async () => (await tokens.authenticate(cache.graph, `Bearer ${accessToken}`))?.principal;
      await eventually(async () => expect(await known()).toBe(user.name));
      await signIns.signOut({ refreshToken });
      await eventually(async () => expect(await known()).toBeUndefined());
      await sql.query(
        `update access_fact set data = data || '{"end_time": "2020-01-01"}' where kind = 'ended_session'`,
      );
      await sql.query(`update sign_in_session set expire_time = now() - interval '2 days' where end_time is not null`);
      expect(cache.graph.facts.endedSessions.has(session)).toBe(true);
      const purging = await startAccount(database.url);
      await purging.purge();
      await purging.close();
      await eventually(() => expect(cache.graph.facts.endedSessions.has(session)).toBe(false));
      const { rows } = await sql.query('select from sign_in_session where session_id = $1', [
        session.split('/').at(-1),
      ]);
      expect(rows).toEqual([]);
    } finally {
      await cache.close();
    }
  });

  it('behaves as the rules say, whatever happens to it and its tokens, in whatever order', async () => {
    const command = fc.record({
      what: fc.constantFrom('refresh', 'refresh', 'refresh', 'signOut', 'revoke', 'newest'),
      token: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
        const given: SessionTokens[] = [await signedIn()];
        const used = new Set<string>();
        let lives = true;
        for (const { what, token } of commands) {
          const { refreshToken, session } = what === 'newest' ? given.at(-1)! : given[token % given.length]!;
          if (what === 'signOut') {
            await signIns.signOut({ refreshToken });
            lives = false;
          } else if (what === 'revoke') {
            const revoked = await signIns.revokeSession({ name: session }).then(
              () => true,
              () => false,
            );
            expect(revoked).toBe(lives);
            lives = false;
          } else {
            const goesOn = lives && !used.has(refreshToken);
            const next = await refresh(refreshToken).then(tokensIn, (error: StatusError) => error);
            if (next instanceof StatusError) expect([goesOn, next]).toEqual([false, ended]);
            else given.push(next);
            expect(goesOn).toBe(!(next instanceof StatusError));
            if (!goesOn) lives = false;
            used.add(refreshToken);
          }
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe('the keys that sign tokens', () => {
  const keySet = async () => createLocalJWKSet({ keys: (await signIns.getJwks({})).keys as JWK[] });

  it('are told to everybody: any JWT library verifies a token, and reads who it is', async () => {
    const { accessToken, accessExpireTime, session } = await signedIn({ scopes: [Permission.USERS_VIEW] });
    const { payload } = await jwtVerify(accessToken, await keySet(), { issuer: 'account.kelp', audience: 'kelp' });
    expect(payload).toMatchObject({ sub: user.name, org: parent, sid: session, scope: 'USERS_VIEW' });
    expect(payload.exp! * 1_000).toBe(accessExpireTime!.getTime());
    expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(300);
  });

  it('overlap while one takes the place of another', async () => {
    const before = await signedIn();
    const { keyId } = await service.keyring.rotateSigningKey({});
    const { keys } = await signIns.getJwks({});
    expect(keys.map(({ kid }) => kid)).toEqual([keyId, decodeProtectedHeader(before.accessToken).kid]);
    await works(before.accessToken);
    await sql.query(`update signing_key set create_time = create_time - interval '1 minute'`);
    const other = await startAccount(database.url);
    try {
      const after = tokensIn(await other.signIn.signIn({ parent, email: user.email, password }));
      expect(decodeProtectedHeader(after.accessToken).kid).toBe(keyId);
      for (const { accessToken } of [before, after]) await works(accessToken);
      await other.purge();
      await works(before.accessToken); // its key ends once no token of it can be left
      await sql.query(`update signing_key set create_time = create_time - interval '1 hour'`);
      await other.purge();
      expect((await signIns.getJwks({})).keys.map(({ kid }) => kid)).toEqual([keyId]);
      await isRefused(before.accessToken);
      await works(after.accessToken);
    } finally {
      await other.close();
    }
  });

  it('can be revoked: what they have signed is refused, and sessions go on with the next', async () => {
    const { accessToken, refreshToken } = await signedIn();
    await works(accessToken);
    await service.keyring.rotateSigningKey({ revokeEarlier: true });
    await isRefused(accessToken);
    await works(tokensIn(await refresh(refreshToken)).accessToken);
  });

  it('are rotated by operators alone', async () => {
    const { accessToken } = await signedIn();
    await works(accessToken);
    await expect(service.keyring.rotateSigningKey({}, as(accessToken))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'OPERATORS_ONLY'),
    );
  });
});
