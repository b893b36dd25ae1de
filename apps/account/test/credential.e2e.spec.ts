import { Permission, type SessionTokens, type User } from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { codeOf, stepAt } from '../src/sign-in/totp.js';
import { as, createKey, createOrganization } from './make-account.js';
import { invalid, refusal } from './refusal.js';
import {
  challengeIn,
  createSigner,
  credentialInvalid,
  ended,
  password,
  refused,
  tokensIn,
  tooMany,
} from './sign-in.js';
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

describe('a password', () => {
  const newPassword = 'a walrus in the bath';
  const change = (currentPassword: string, to: string, accessToken: string) =>
    signIns.setPassword(
      { proof: { $case: 'currentPassword', value: currentPassword }, newPassword: to },
      as(accessToken),
    );

  it('is changed by who knows it, which ends their other sessions', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    await works(here.accessToken);
    await expect(change('wrong, whatever it is', newPassword, here.accessToken)).rejects.toEqual(refused);
    await change(password, newPassword, here.accessToken);
    await expect(signIn()).rejects.toEqual(refused);
    await signedIn({ password: newPassword });
    await isRefused(there.accessToken);
    await expect(refresh(there.refreshToken)).rejects.toEqual(ended);
    await works(here.accessToken);
    tokensIn(await refresh(here.refreshToken));
  });

  it('is long, and not one that many use', async () => {
    const { accessToken } = await signedIn();
    await works(accessToken);
    for (const weak of ['short', 'password12345', user.email])
      await expect(change(password, weak, accessToken)).rejects.toEqual(invalid('new_password'));
    const { token } = await signIns.createPasswordReset({ parent: user.name });
    const reset = { proof: { $case: 'resetToken' as const, value: token }, newPassword: 'short' };
    await expect(signIns.setPassword(reset)).rejects.toEqual(invalid('new_password'));
    await signIns.setPassword({ ...reset, newPassword });
  });

  it('is reset with a token that works once, is the last one, and has not ended; and ends all sessions', async () => {
    const { refreshToken } = await signedIn();
    const create = async () => (await signIns.createPasswordReset({ parent: user.name })).token;
    const reset = (value: string, to = newPassword) =>
      signIns.setPassword({ proof: { $case: 'resetToken', value }, newPassword: to });
    const [first, second] = [await create(), await create()];
    for (const wrong of [first, '', 'x']) await expect(reset(wrong)).rejects.toEqual(refused);
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => reset(second, `${newPassword} ${n}`)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(reset(second)).rejects.toEqual(refused);
    await expect(refresh(refreshToken)).rejects.toEqual(ended);
    const late = await create();
    await sql.query(`update password_reset set expire_time = now()`);
    await expect(reset(late)).rejects.toEqual(refused);
  });

  it('is reset for users that there are, by operators', async () => {
    const { accessToken } = await signedIn();
    await works(accessToken);
    await expect(signIns.createPasswordReset({ parent: user.name }, as(accessToken))).rejects.toEqual(
      refusal('PERMISSION_DENIED', 'OPERATORS_ONLY'),
    );
    const nobody = `${parent}/users/${uuidv7()}`;
    await expect(signIns.createPasswordReset({ parent: nobody })).rejects.toEqual(
      refusal('NOT_FOUND', 'USER_NOT_FOUND', { metadata: { user: nobody } }),
    );
  });

  it('is a matter of people: a key has none, nor does a call for nobody', async () => {
    const { token } = await createKey(service.keys, parent, [Permission.USERS_MANAGE]);
    const usersOnly = refusal('PERMISSION_DENIED', 'USERS_ONLY');
    await eventually(() => expect(change(password, newPassword, token)).rejects.toEqual(usersOnly));
    await expect(signIns.enrolTotp({ password })).rejects.toEqual(usersOnly);
    await expect(signIns.setPassword({ newPassword })).rejects.toEqual(invalid('proof'));
  });

  it('may be given with the answer to an invitation', async () => {
    const invitation = { email: 'invited@example.com', role: 'roles/viewer' };
    const { token } = await service.directory.createInvitation({ parent, invitation });
    const accept = (given: string) =>
      service.directory.acceptInvitation({ token, displayName: 'Ivy', password: given });
    await expect(accept('short')).rejects.toEqual(invalid('password'));
    await accept(newPassword);
    await signedIn({ email: invitation.email, password: newPassword });
  });
});

describe('an authenticator', () => {
  let tokens: SessionTokens;
  let context: ReturnType<typeof as>;
  const secretIn = (uri: string) => {
    const text = new URL(uri).searchParams.get('secret')!;
    const digits = [...text].map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    );
    const bits = digits.join('').match(/.{8}/g)!;
    return Buffer.from(bits.map((byte) => Number.parseInt(byte, 2)));
  };
  /** The code of a step, counted from now: that of this one is good for half a minute more. */
  const code = (secret: Buffer, off = 0) => codeOf(secret, stepAt(Date.now()) + off);
  const enrolled = async () => {
    const { uri } = await signIns.enrolTotp({ password }, context);
    const secret = secretIn(uri);
    const { recoveryCodes } = await signIns.confirmTotp({ code: code(secret) }, context);
    await forgetUses();
    return { secret, recoveryCodes };
  };
  /** As if that code had never been used, nor any other. */
  const forgetUses = () => sql.query('delete from totp_use');

  beforeEach(async () => {
    tokens = await signedIn();
    context = as(tokens.accessToken);
    await works(tokens.accessToken);
  });

  it('once it is confirmed, is asked for, and not before', async () => {
    const { uri } = await signIns.enrolTotp({ password }, context);
    await signedIn();
    await expect(signIns.confirmTotp({ code: '000000' }, context)).rejects.toEqual(refused);
    await signIns.confirmTotp({ code: code(secretIn(uri)) }, context);
    await forgetUses();
    const challengeToken = challengeIn(await signIn());
    for (const wrong of ['', '12345', 'abcdef'])
      await expect(signIns.verifyTotp({ challengeToken, code: wrong })).rejects.toEqual(refused);
    const verified = tokensIn(await signIns.verifyTotp({ challengeToken, code: code(secretIn(uri)) }));
    await works(verified.accessToken);
    const { sessions } = await signIns.listSessions({ parent: user.name }, context);
    expect(sessions.map(({ totp }) => totp)).toEqual([false, false, true]);
  });

  it('is not fooled by a code or a challenge that was used, whoever is first', async () => {
    const { secret } = await enrolled();
    const challenges = [challengeIn(await signIn()), challengeIn(await signIn())];
    const now = code(secret);
    const verify = (challengeToken: string, given: string) => signIns.verifyTotp({ challengeToken, code: given });
    const results = await Promise.allSettled([...challenges, ...challenges].map((one) => verify(one, now)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of challenges) await expect(verify(one, code(secret, -1))).rejects.toEqual(refused);
    await forgetUses();
    const again = await Promise.allSettled(challenges.map((one) => verify(one, code(secret))));
    expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(1); // the other challenge was met
    await expect(verify('never given', code(secret, 1))).rejects.toEqual(refused);
  });

  it('is not guessed: after ten codes nobody may try any more, with however many challenges', async () => {
    const { secret } = await enrolled();
    const wrong = code(secret, 1_000);
    for (let n = 0; n < 10; n++)
      await expect(signIns.verifyTotp({ challengeToken: challengeIn(await signIn()), code: wrong })).rejects.toEqual(
        refused,
      );
    const challengeToken = challengeIn(await signIn());
    await expect(signIns.verifyTotp({ challengeToken, code: code(secret) })).rejects.toEqual(tooMany);
  });

  it('that is lost is replaced by a recovery code, each once', async () => {
    const { recoveryCodes } = await enrolled();
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first = '', second = ''] = recoveryCodes;
    const verify = async (given: string) =>
      signIns.verifyTotp({ challengeToken: challengeIn(await signIn()), code: given });
    tokensIn(await verify(first));
    await expect(verify(first)).rejects.toEqual(refused);
    tokensIn(await verify(` ${second.toUpperCase().replace('-', ' ')}`));
  });

  it('is taken away by who has it, and by nobody with a password or a session alone', async () => {
    const { secret } = await enrolled();
    const remove = (given: string, proof = password) => signIns.deleteTotp({ password: proof, code: given }, context);
    await expect(remove('000000')).rejects.toEqual(refused);
    await expect(remove(code(secret), 'wrong, whatever it is')).rejects.toEqual(refused);
    const enrolledAlready = refusal('FAILED_PRECONDITION', 'TOTP_ENROLLED', { metadata: { user: user.name } });
    await expect(signIns.enrolTotp({ password }, context)).rejects.toEqual(enrolledAlready);
    await expect(signIns.confirmTotp({ code: code(secret) }, context)).rejects.toEqual(enrolledAlready);
    await expect(signIns.enrolTotp({ password: 'wrong, whatever it is' }, context)).rejects.toEqual(refused);
    await remove(code(secret));
    await signedIn();
    const none = refusal('FAILED_PRECONDITION', 'TOTP_NOT_ENROLLED', { metadata: { user: user.name } });
    await expect(remove(code(secret))).rejects.toEqual(none);
    await expect(signIns.confirmTotp({ code: code(secret) }, context)).rejects.toEqual(none);
  });
});
