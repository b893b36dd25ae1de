import {
  type RefreshSessionRequest,
  type SessionTokens,
  type SignInRequest,
  type SignInResponse,
  type SignOutRequest,
  User_State as State,
  type VerifyTotpRequest,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { organizationName, partsOf } from '../account.names.js';
import type { Database, Transaction } from '../database.js';
import type { UserId } from '../user/user.repository.js';
import type { Attempts } from './attempts.js';
import type { ChallengeRepository } from './challenge.repository.js';
import type { CredentialRepository } from './credential.repository.js';
import type { PasswordHasher } from './password-hasher.js';
import { hashOf, newToken } from './secret-token.js';
import type { LiveSession, SessionRepository, SignedIn } from './session.repository.js';
import { userOf } from './session.repository.js';
import { sessionEnded, signInRefused } from './sign-in.errors.js';
import { newRefreshToken, type RefreshToken, type TokenMinter } from './token-minter.js';
import type { TotpRepository } from './totp.repository.js';

const SESSION_MS = 30 * 86_400_000;
const CHALLENGE_MS = 5 * 60_000;

/** What attempts to sign in as somebody are counted by, whether there is such a user or not. */
export const passwordAttempt = (organization: string, email: string): string => `password ${organization} ${email}`;
export const totpAttempt = (id: UserId): string => `totp ${userOf(id)}`;

/** Lets people in, and out. */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialRepository,
    private readonly challenges: ChallengeRepository,
    private readonly sessions: SessionRepository,
    private readonly totp: TotpRepository,
    private readonly attempts: Attempts,
    private readonly hasher: PasswordHasher,
    private readonly minter: TokenMinter,
  ) {}

  async signIn({ parent, email, password, client, scopes }: SignInRequest): Promise<SignInResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { userAgent = '', address = '' } = client ?? {};
    const attempt = passwordAttempt(organization, email.toLowerCase());
    await this.attempts.take(attempt, address);
    const found = await this.credentials.findByEmail(organization, email.toLowerCase());
    const user = found?.state === State.ACTIVE ? found : undefined;
    const hash = user?.passwordHash;
    const isRight = await this.hasher.verify(password, hash);
    if (!isRight || !user || !hash) throw signInRefused();
    await this.attempts.succeed(attempt, address);
    if (this.hasher.isOutdated(hash)) await this.credentials.rehash(user, hash, await this.hasher.hash(password));
    const signedIn = { scopes, userAgent, address };
    const id = { organization, user: user.user };
    return user.totp?.isConfirmed ? this.challenge(id, signedIn) : this.begin(id, { ...signedIn, totp: false });
  }

  /** A wrong code takes nothing away: the same challenge can be met until it ends, as often as attempts are left. */
  async verifyTotp({ challengeToken, code }: VerifyTotpRequest): Promise<SignInResponse> {
    const tokenHash = hashOf(challengeToken);
    const challenge = await this.challenges.find(tokenHash);
    if (!challenge) throw signInRefused();
    const { organization, user, ...signedIn } = challenge;
    const id = { organization, user };
    await this.attempts.take(totpAttempt(id));
    const tokens = await this.begin(id, { ...signedIn, totp: true }, async (transaction) => {
      const isMet =
        (await this.challenges.take(transaction, tokenHash)) && (await this.totp.use(transaction, id, code));
      if (!isMet) throw signInRefused(); // and the challenge stays
    });
    await this.attempts.succeed(totpAttempt(id));
    return tokens;
  }

  async refresh({ refreshToken }: RefreshSessionRequest): Promise<SignInResponse> {
    let next: RefreshToken | undefined;
    const rotation = await this.sessions.rotate(hashOf(refreshToken), (sessionExpireTime) => {
      next = newRefreshToken(sessionExpireTime);
      return next.stored;
    });
    // Two have had the token, and nobody can tell who of them is the thief.
    if (rotation.kind === 'used before')
      await this.sessions.end(rotation.session, 'refresh token used twice', userOf(rotation.session));
    if (rotation.kind !== 'goes on' || !next) throw sessionEnded();
    return answer(await this.minter.tokens(rotation.session, next));
  }

  async signOut({ refreshToken }: SignOutRequest): Promise<void> {
    const found = await this.sessions.findByToken(hashOf(refreshToken));
    if (found) await this.sessions.end(found.id, 'signed out', userOf(found.id));
  }

  private async challenge(id: UserId, signedIn: Omit<SignedIn, 'totp'>): Promise<SignInResponse> {
    const token = newToken();
    const expireTime = new Date(Date.now() + CHALLENGE_MS);
    await this.challenges.add({ ...id, ...signedIn }, hashOf(token), expireTime);
    return { result: { $case: 'challenge', value: { token, expireTime } } };
  }

  /**
   * Begins a session of somebody who has proved who they are.
   * @param proof what else has to hold, in the same transaction
   */
  async begin(
    id: UserId,
    signedIn: SignedIn,
    proof?: (transaction: Transaction) => Promise<void>,
  ): Promise<SignInResponse> {
    const createTime = new Date();
    const expireTime = new Date(createTime.getTime() + SESSION_MS);
    const session: LiveSession = { ...id, session: uuidv7(), scopes: signedIn.scopes, expireTime };
    const refresh = newRefreshToken(expireTime);
    await this.database.inOrganization(
      id.organization,
      async (transaction) => {
        await proof?.(transaction);
        await this.sessions.begin(transaction, session, { ...signedIn, createTime, expireTime }, refresh.stored);
      },
      userOf(id),
    );
    return answer(await this.minter.tokens(session, refresh));
  }
}

const answer = (value: SessionTokens): SignInResponse => ({ result: { $case: 'tokens', value } });
