import { type Permission, User_State as State } from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database.js';
import type { UserId } from '../user/user.repository.js';
import { keyOf } from './credential.repository.js';
import type { SignedIn } from './session.repository.js';

/** A password was right, and a code is asked for. */
export interface Challenge extends UserId, Omit<SignedIn, 'totp'> {}

/** Who is half way in. */
@Injectable()
export class ChallengeRepository {
  constructor(private readonly database: Database) {}

  async add({ organization, user, ...signedIn }: Challenge, tokenHash: Uint8Array<ArrayBuffer>, expireTime: Date) {
    const id = { organization, user };
    await this.database.inOrganization(organization, (transaction) =>
      transaction.signInChallenge.create({ data: { ...keyOf(id), ...signedIn, tokenHash, expireTime } }),
    );
  }

  /** The one with this token, of whatever organization, while its user may sign in. */
  async find(tokenHash: Uint8Array<ArrayBuffer>): Promise<Challenge | undefined> {
    const row = await this.database.signInChallenge.findFirst({
      where: { tokenHash, expireTime: { gt: new Date() }, user: { state: State.ACTIVE } },
    });
    if (!row) return undefined;
    const { organizationId: organization, userId: user, userAgent, address } = row;
    return { organization, user, scopes: row.scopes as Permission[], userAgent, address };
  }

  /** Whether it was still there. */
  async take(transaction: Transaction, tokenHash: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return (await transaction.signInChallenge.deleteMany({ where: { tokenHash } })).count > 0;
  }
}
