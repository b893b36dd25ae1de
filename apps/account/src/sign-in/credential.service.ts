import { identityOf, usersOnly } from '@kelp/access';
import {
  type ConfirmTotpRequest,
  type ConfirmTotpResponse,
  type CreatePasswordResetRequest,
  type CreatePasswordResetResponse,
  type DeleteTotpRequest,
  type EnrolTotpRequest,
  type EnrolTotpResponse,
  type SetPasswordRequest,
  User_State as State,
} from '@kelp/contract-account';
import { type Call, currentCall } from '@kelp/rpc';
import { Injectable } from '@nestjs/common';
import { invalidFields } from '../account.errors.js';
import { partsOf, sessionName, userName } from '../account.names.js';
import type { Database } from '../database.js';
import { userNotFound } from '../user/user.errors.js';
import type { UserId } from '../user/user.repository.js';
import type { Attempts } from './attempts.js';
import type { CredentialRepository, Credentials } from './credential.repository.js';
import type { PasswordHasher } from './password-hasher.js';
import { passwordViolations } from './password-policy.js';
import { hashOf, newToken } from './secret-token.js';
import { type SessionRepository, userOf } from './session.repository.js';
import { signInRefused, totpEnrolled, totpNotEnrolled } from './sign-in.errors.js';
import { passwordAttempt, totpAttempt } from './sign-in.service.js';
import { base32, otpauthUri } from './totp.js';
import type { TotpRepository } from './totp.repository.js';

const RESET_MS = 24 * 3_600_000;
const ISSUER = 'Kelp';

/** What people do to that with which they sign in. */
@Injectable()
export class CredentialService {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialRepository,
    private readonly sessions: SessionRepository,
    private readonly totp: TotpRepository,
    private readonly attempts: Attempts,
    private readonly hasher: PasswordHasher,
  ) {}

  async setPassword({ proof, newPassword }: SetPasswordRequest): Promise<void> {
    if (proof?.$case === 'resetToken') return await this.resetPassword(proof.value, newPassword);
    const user = await this.proved('SetPassword', proof?.value ?? '');
    requireGood(newPassword, user.email);
    const hash = await this.hasher.hash(newPassword);
    const session = sessionOf(currentCall());
    await this.database.inOrganization(user.organization, async (transaction) => {
      await this.credentials.setPassword(transaction, user, hash);
      await this.sessions.endOthers(transaction, user, session, 'password changed');
    });
  }

  async createReset({ parent }: CreatePasswordResetRequest): Promise<CreatePasswordResetResponse> {
    const id = partsOf(userName, parent, 'parent');
    if (!(await this.credentials.find(id))) throw userNotFound(parent);
    const token = newToken();
    const expireTime = new Date(Date.now() + RESET_MS);
    await this.credentials.addReset(id, hashOf(token), expireTime);
    return { token, expireTime };
  }

  async enrolTotp({ password }: EnrolTotpRequest): Promise<EnrolTotpResponse> {
    const user = await this.proved('EnrolTotp', password);
    const secret = await this.totp.begin(user);
    if (!secret) throw totpEnrolled(userOf(user));
    return { secret: base32(secret), uri: otpauthUri(secret, ISSUER, user.email) };
  }

  async confirmTotp({ code }: ConfirmTotpRequest): Promise<ConfirmTotpResponse> {
    const id = caller('ConfirmTotp');
    const user = await this.credentials.find(id);
    if (!user?.totp) throw totpNotEnrolled(userOf(id));
    if (user.totp.isConfirmed) throw totpEnrolled(userOf(id));
    await this.attempts.take(totpAttempt(id));
    const recoveryCodes = await this.totp.confirm(id, code);
    if (!recoveryCodes) throw signInRefused();
    await this.attempts.succeed(totpAttempt(id));
    return { recoveryCodes };
  }

  async deleteTotp({ password, code }: DeleteTotpRequest): Promise<void> {
    const user = await this.proved('DeleteTotp', password);
    if (!user.totp) throw totpNotEnrolled(userOf(user));
    const { isConfirmed } = user.totp;
    if (isConfirmed) await this.attempts.take(totpAttempt(user));
    await this.database.inOrganization(user.organization, async (transaction) => {
      if (isConfirmed && !(await this.totp.use(transaction, user, code))) throw signInRefused();
      await this.totp.delete(transaction, user);
    });
    await this.attempts.succeed(totpAttempt(user));
  }

  private async resetPassword(token: string, newPassword: string): Promise<void> {
    const tokenHash = hashOf(token);
    const user = await this.credentials.findReset(tokenHash);
    if (!user) throw signInRefused();
    requireGood(newPassword, user.email);
    const hash = await this.hasher.hash(newPassword);
    await this.database.inOrganization(
      user.organization,
      async (transaction) => {
        if (!(await this.credentials.takeReset(transaction, tokenHash))) throw signInRefused();
        await this.credentials.setPassword(transaction, user, hash);
        await this.sessions.endOthers(transaction, user, undefined, 'password reset');
      },
      userOf(user),
    );
    await this.attempts.succeed(passwordAttempt(user.organization, user.email));
  }

  /** The user who calls, once the password has proved that it is they who sit there. */
  private async proved(method: string, password: string): Promise<Credentials> {
    const id = caller(method);
    const user = await this.credentials.find(id);
    if (user?.state !== State.ACTIVE) throw signInRefused();
    const attempt = passwordAttempt(user.organization, user.email);
    await this.attempts.take(attempt);
    if (!(await this.hasher.verify(password, user.passwordHash))) throw signInRefused();
    await this.attempts.succeed(attempt);
    return user;
  }
}

/** The user on whose behalf the call is made. @throws USERS_ONLY */
function caller(method: string): UserId {
  const id = userName.parse(currentCall()?.context.actor ?? '');
  if (!id) throw usersOnly(method);
  return id;
}

const sessionOf = (call: Call | undefined): string | undefined =>
  sessionName.parse((call && identityOf(call)?.session) ?? '')?.session;

/** @throws INVALID_FIELDS */
function requireGood(password: string, email: string): void {
  const violations = passwordViolations('new_password', password, email);
  if (violations.length > 0) throw invalidFields(violations);
}
