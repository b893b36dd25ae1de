import type { User_State as State } from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { userName } from '../account.names.js';
import { Database, type Transaction } from '../database.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { UserId } from '../user/user.repository.js';

/** What a user has to prove with who they are. */
export interface Credentials extends UserId {
  readonly email: string;
  readonly state: State;
  /** Undefined where they have no password. */
  readonly passwordHash: string | undefined;
  /** Undefined where they have no authenticator. */
  readonly totp: { readonly secret: Buffer; readonly isConfirmed: boolean } | undefined;
}

/** A user who may set a password with a token. */
export interface OpenReset extends UserId {
  readonly email: string;
}

const include = { password: true, totp: true } as const;

/** Passwords, and what lets somebody set one. What has to be read again is sealed. */
@Injectable()
export class CredentialRepository {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  find({ organization, user }: UserId): Promise<Credentials | undefined> {
    return this.read(organization, { userId: user });
  }

  /** @param email in lower case */
  findByEmail(organization: string, email: string): Promise<Credentials | undefined> {
    return this.read(organization, { email });
  }

  /** Takes the place of another one, and of what lets them set one. */
  async setPassword(transaction: Transaction, id: UserId, hash: string): Promise<void> {
    const key = keyOf(id);
    const data = { sealedHash: this.box.seal(hash, passwordPlace(id)), setTime: new Date() };
    await transaction.password.upsert({
      where: { organizationId_userId: key },
      create: { ...key, ...data },
      update: data,
    });
    await transaction.passwordReset.deleteMany({ where: key });
  }

  /** The same password, hashed otherwise. Nothing where it was changed meanwhile. */
  async rehash(id: UserId, before: string, hash: string): Promise<void> {
    await this.database.inOrganization(id.organization, async (transaction) => {
      const row = await transaction.password.findFirst({ where: keyOf(id) });
      if (!row || this.box.open(row.sealedHash, passwordPlace(id)) !== before) return;
      const where = { ...keyOf(id), sealedHash: row.sealedHash };
      await transaction.password.updateMany({ where, data: { sealedHash: this.box.seal(hash, passwordPlace(id)) } });
    });
  }

  /** Takes the place of an earlier one. */
  async addReset(id: UserId, tokenHash: Uint8Array<ArrayBuffer>, expireTime: Date): Promise<void> {
    const [key, data] = [keyOf(id), { tokenHash, expireTime }];
    await this.database.inOrganization(id.organization, (transaction) =>
      transaction.passwordReset.upsert({
        where: { organizationId_userId: key },
        create: { ...key, ...data },
        update: data,
      }),
    );
  }

  /** The user whom this token lets set a password, of whatever organization. */
  async findReset(tokenHash: Uint8Array<ArrayBuffer>): Promise<OpenReset | undefined> {
    const row = await this.database.passwordReset.findFirst({
      where: { tokenHash, expireTime: { gt: new Date() } },
      include: { user: true },
    });
    return row ? { organization: row.organizationId, user: row.userId, email: row.user.email } : undefined;
  }

  /** Whether the token still was one. */
  async takeReset(transaction: Transaction, tokenHash: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const where = { tokenHash, expireTime: { gt: new Date() } };
    return (await transaction.passwordReset.deleteMany({ where })).count > 0;
  }

  private async read(organization: string, which: { userId: string } | { email: string }) {
    const row = await this.database.inOrganization(organization, (transaction) =>
      transaction.user.findFirst({ where: { organizationId: organization, ...which }, include }),
    );
    if (!row) return undefined;
    const id = { organization, user: row.userId };
    const { password, totp, email, state } = row;
    return {
      ...id,
      email,
      state,
      passwordHash: password ? this.box.open(password.sealedHash, passwordPlace(id)) : undefined,
      totp: totp
        ? {
            secret: Buffer.from(this.box.open(totp.sealedSecret, totpPlace(id)), 'base64'),
            isConfirmed: totp.confirmTime !== null,
          }
        : undefined,
    };
  }
}

export const keyOf = ({ organization, user }: UserId) => ({ organizationId: organization, userId: user });

/** Where a user's secrets are kept. */
export const passwordPlace = (id: UserId): string => `${userName.format(id)}/password`;
export const totpPlace = (id: UserId): string => `${userName.format(id)}/totp`;
