import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { UserId } from '../user/user.repository.js';
import { keyOf, totpPlace } from './credential.repository.js';
import { hashOf } from './secret-token.js';
import { base32, stepOf } from './totp.js';

/** As many as SHA-1 works with, which is what authenticators know. */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;

/** Authenticators of users, and what takes their place when they are lost. */
@Injectable()
export class TotpRepository {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** Begins a new one in place of one that was not confirmed. Undefined where there is one that was. */
  async begin(id: UserId): Promise<Buffer | undefined> {
    const secret = randomBytes(SECRET_BYTES);
    const sealedSecret = this.box.seal(secret.toString('base64'), totpPlace(id));
    return await this.database.inOrganization(id.organization, async (transaction) => {
      await transaction.totp.deleteMany({ where: { ...keyOf(id), confirmTime: null } });
      const { count } = await transaction.totp.createMany({
        data: [{ ...keyOf(id), sealedSecret, createTime: new Date(), confirmTime: null }],
        skipDuplicates: true,
      });
      return count > 0 ? secret : undefined;
    });
  }

  /** Gives recovery codes; undefined where the code is wrong, or there is nothing to confirm. */
  async confirm(id: UserId, code: string): Promise<string[] | undefined> {
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
    return await this.database.inOrganization(id.organization, async (transaction) => {
      if (!(await this.useCode(transaction, id, code))) return undefined;
      const where = { ...keyOf(id), confirmTime: null };
      const { count } = await transaction.totp.updateMany({ where, data: { confirmTime: new Date() } });
      if (count === 0) return undefined;
      const data = codes.map((one) => ({ ...keyOf(id), codeHash: hashOf(plain(one)) }));
      await transaction.recoveryCode.createMany({ data });
      return codes;
    });
  }

  async delete(transaction: Transaction, id: UserId): Promise<void> {
    await transaction.totp.deleteMany({ where: keyOf(id) });
  }

  /** Whether it is a code that is good now, or a recovery code. Either works once: of many who come at once, for one. */
  async use(transaction: Transaction, id: UserId, code: string): Promise<boolean> {
    if (await this.useCode(transaction, id, code)) return true;
    const where = { ...keyOf(id), codeHash: hashOf(plain(code)) };
    return (await transaction.recoveryCode.deleteMany({ where })).count > 0;
  }

  private async useCode(transaction: Transaction, id: UserId, code: string): Promise<boolean> {
    const row = await transaction.totp.findFirst({ where: keyOf(id), include: { use: true } });
    if (!row) return false;
    const secret = Buffer.from(this.box.open(row.sealedSecret, totpPlace(id)), 'base64');
    const step = stepOf(secret, code, Number(row.use?.lastStep ?? -1n), Date.now());
    if (step === undefined) return false;
    const { organization, user } = id;
    const used = await transaction.$executeRaw`
      insert into totp_use (user_id, organization_id, last_step) values (${user}::uuid, ${organization}::uuid, ${step})
      on conflict (user_id) do update set last_step = excluded.last_step where totp_use.last_step < excluded.last_step`;
    return used > 0;
  }
}

/** `xxxxxxxx-xxxxxxxx`: 80 random bits. */
function newRecoveryCode(): string {
  const text = base32(randomBytes(RECOVERY_BYTES)).toLowerCase();
  return `${text.slice(0, text.length / 2)}-${text.slice(text.length / 2)}`;
}

/** However people write it. */
const plain = (code: string): string => code.replace(/[\s-]/g, '').toLowerCase();
