import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import type { SigningKey as SigningKeyRow } from '../generated/prisma/client.js';

/** A key as it is kept. */
export type StoredSigningKey = SigningKeyRow;

export type NewSigningKey = Pick<StoredSigningKey, 'keyId' | 'publicKey' | 'sealedPrivateKey'>;

/** The keys that sign. */
@Injectable()
export class SigningKeyRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  list(): Promise<StoredSigningKey[]> {
    return this.database.signingKey.findMany({ orderBy: [{ createTime: 'desc' }, { keyId: 'asc' }] });
  }

  async add(key: NewSigningKey): Promise<void> {
    await this.database.signingKey.create({ data: { ...key, createTime: new Date() } });
  }

  /** From now on, tokens that these keys have signed are refused. */
  async endTokens(keyIds: readonly string[]): Promise<void> {
    if (keyIds.length === 0) return;
    const where = { keyId: { in: [...keyIds] }, tokenEndTime: null };
    await this.database.signingKey.updateMany({ where, data: { tokenEndTime: new Date() } });
  }

  /** Adds the key where there is none yet: of those who try at once, one does. */
  async addFirst({ keyId, publicKey, sealedPrivateKey }: NewSigningKey): Promise<void> {
    await this.database.$transaction(async (transaction) => {
      await transaction.$executeRaw`lock table signing_key in exclusive mode`;
      if ((await transaction.signingKey.count()) > 0) return;
      await transaction.signingKey.create({ data: { keyId, publicKey, sealedPrivateKey, createTime: new Date() } });
    });
  }

  async reseal(keyId: string, before: string, sealedPrivateKey: string): Promise<boolean> {
    const where = { keyId, sealedPrivateKey: before };
    return (await this.database.signingKey.updateMany({ where, data: { sealedPrivateKey } })).count > 0;
  }
}
