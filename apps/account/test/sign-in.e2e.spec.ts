import { Permission, User_State as State, type User } from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Code, StatusError } from '@kelp/status';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import { argon2id } from 'hash-wasm';
import pg from 'pg';
import { SecretBox } from '../src/secrets/secret-box.js';
import { dumpOf } from './dump.js';
import { as, createOrganization, createUser } from './make-account.js';
import { invalid, refusal } from './refusal.js';
import { createSigner, password, refused, setPassword, tokensIn, tooMany } from './sign-in.js';
import { type RunningAccount, type SignIns, secretKey, startAccount } from './start-account.js';

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

describe('signing in', () => {
  it('gives a token with which one calls as who one is, and the log says so', async () => {
    const tokens = await signedIn();
    expect(tokens.session).toMatch(new RegExp(`^${user.name}/sessions/[0-9a-f-]{36}$`));
    await works(tokens.accessToken);
    const context = as(tokens.accessToken);
    const { name } = await service.directory.createTeam({ parent, team: { displayName: 'T' } }, context);
    const bodies = await sql.query('select body from audit_entry where body like $1', [`%${name.split('/').at(-1)}%`]);
    expect(JSON.parse(bodies.rows[0].body)).toMatchObject({ action: 'team.insert', actor: user.name });
    const other = (await createOrganization(service.client)).name;
    await expect(service.client.getOrganization({ name: other }, context)).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'OTHER_ORGANIZATION'),
    );
    await expect(service.client.listOrganizations({}, context)).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'OPERATORS_ONLY'),
    );
  });

  it('does not care for capitals in the address, nor for how letters are written in the password', async () => {
    await signedIn({ email: user.email.toUpperCase() });
    await setPassword(service, user.name, 'Jörg und die Wale');
    await signedIn({ password: 'Jo\u0308rg und die Wale' });
  });

  it('says the same of whatever is wrong', async () => {
    const suspended = await createSigner(service, parent);
    await service.directory.updateUser({ user: { ...suspended, state: State.SUSPENDED } });
    const unset = await createUser(service.directory, parent);
    const other = (await createOrganization(service.client)).name;
    const wrongs = [
      { password: 'another whale in the fridge' },
      { password: '' },
      { email: 'nobody@example.com' },
      { email: '' },
      { email: suspended.email },
      { email: unset.email },
      { email: unset.email, password: '' },
      { parent: other },
      { parent: `organizations/${uuidv7()}` },
    ];
    const refusals = await Promise.all(wrongs.map((wrong) => signIn(wrong).catch((error: StatusError) => error)));
    for (const error of refusals) expect(error).toEqual(refused);
    expect(new Set(refusals.map((error) => (error as StatusError).message)).size).toBe(1);
    await expect(signIn({ parent: 'x' })).rejects.toEqual(invalid('parent'));
    await expect(signIn({ password: 'x'.repeat(257) })).rejects.toEqual(invalid('password'));
  });

  it('ends after ten attempts, also at once, the same for who does not exist; and another is not held up', async () => {
    for (const email of [user.email, 'nobody@example.com']) {
      const attempt = () => signIn({ email, password: 'wrong, whatever it is' });
      const results = await Promise.all(
        Array.from({ length: 12 }, () => attempt().catch((error: StatusError) => error)),
      );
      const codes = results.map((error) => (error as StatusError).code);
      expect(codes.filter((code) => code === Code.UNAUTHENTICATED)).toHaveLength(10);
      await expect(signIn({ email })).rejects.toEqual(tooMany);
    }
    const other = await createSigner(service, parent);
    await signedIn({ email: other.email });
    await sql.query(`update sign_in_attempt set reset_time = now()`);
    await signedIn();
  });

  it('ends for an address that has tried everything', async () => {
    const address = '192.0.2.1';
    const [row] = (await sql.query(`select encode(sha256('address 192.0.2.1'), 'hex') as key`)).rows;
    await signedIn({ client: { address, userAgent: 'Test' } });
    await sql.query(`update sign_in_attempt set count = 100 where attempt_key = decode($1, 'hex')`, [row.key]);
    await expect(signIn({ client: { address, userAgent: '' } })).rejects.toEqual(tooMany);
    await signedIn({ client: { address: '192.0.2.2', userAgent: '' } });
  });

  it('may be for some purposes only: no more can be done, nor be given', async () => {
    const scopes = [Permission.USERS_VIEW, Permission.API_KEYS_MANAGE, Permission.USERS_MANAGE];
    const { accessToken } = await signedIn({ scopes });
    await works(accessToken);
    const context = as(accessToken);
    await expect(service.client.listConnections({ parent }, context)).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'PERMISSION_MISSING', {
        metadata: { permission: 'CONNECTIONS_VIEW', resource: parent },
      }),
    );
    const createAs = (permissions: Permission[]) =>
      service.keys.createApiKey({ parent, apiKey: { displayName: 'K', environment: 1, permissions } }, context);
    await createAs([Permission.USERS_VIEW]);
    const notHeld = refusal('PERMISSION_DENIED', 'PERMISSION_NOT_HELD');
    await expect(createAs([Permission.CONNECTIONS_VIEW])).rejects.toEqual(notHeld);
    const invitation = { email: 'x@example.com', role: 'roles/viewer' };
    await expect(service.directory.createInvitation({ parent, invitation }, context)).rejects.toEqual(notHeld);
    const change = {
      proof: { $case: 'currentPassword' as const, value: password },
      newPassword: 'a whale in the pantry',
    };
    await expect(signIns.setPassword(change, context)).rejects.toEqual(refusal('PERMISSION_DENIED', 'USERS_ONLY'));
    const { refreshToken } = await signedIn({ scopes });
    const next = tokensIn(await refresh(refreshToken));
    await expect(service.client.listConnections({ parent }, as(next.accessToken))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'PERMISSION_MISSING'),
    );
  });

  it('hashes a password anew that was hashed in an earlier way', async () => {
    const [place, id] = [`${user.name}/password`, user.name.split('/').at(-1)];
    const box = new SecretBox([secretKey('test')]);
    const cheap = { iterations: 1, parallelism: 1, memorySize: 64, hashLength: 16, outputType: 'encoded' as const };
    const earlier = box.seal(await argon2id({ ...cheap, password, salt: 'sixteen bytes ..' }), place);
    await sql.query('update password set sealed_hash = $1 where user_id = $2', [earlier, id]);
    await signedIn();
    const { rows } = await sql.query('select sealed_hash from password where user_id = $1', [id]);
    expect(box.open(rows[0].sealed_hash, place)).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    await signedIn();
  });
});

describe('what signing in leaves in the database', () => {
  it('is of no use to a thief, and the audit log tells of it without a secret', async () => {
    const tokens = await signedIn();
    await works(tokens.accessToken);
    const context = as(tokens.accessToken);
    const enrolment = await signIns.enrolTotp({ password }, context);
    const raw = Buffer.from(enrolment.secret);
    const { token: reset } = await signIns.createPasswordReset({ parent: user.name });
    const { refreshToken } = tokensIn(await refresh(tokens.refreshToken));
    const dump = await dumpOf(database.url);
    expect(dump).toContain(tokens.session.split('/').at(-1));
    const secrets = [
      password,
      enrolment.secret,
      reset,
      refreshToken,
      tokens.refreshToken,
      tokens.accessToken,
      '$argon2id$',
    ];
    for (const secret of [...secrets, raw.toString('hex')])
      expect([secret, dump.includes(secret)]).toEqual([secret, false]);

    await signIns.signOut({ refreshToken });
    const { rows } = await sql.query('select body from audit_entry where organization_id = $1 order by sequence', [
      parent.split('/')[1],
    ]);
    const entries = rows.map(({ body }) => JSON.parse(body)).slice(2);
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['password_reset.insert', ''],
      ['password_reset.delete', user.name],
      ['password.insert', user.name],
      ['sign_in_session.insert', user.name],
      ['totp.insert', user.name],
      ['password_reset.insert', ''],
      ['sign_in_session.update', user.name],
    ]);
    expect(entries.at(-1).changes.end_reason).toEqual({ after: 'signed out' });
  });
});
