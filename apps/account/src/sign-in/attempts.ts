import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../database.js';
import { tooManyAttempts } from './sign-in.errors.js';

const WINDOW_MINUTES = 15;
/** Of one user, whether they exist or not; and from one address. */
const BY_USER_MAX = 10;
const BY_ADDRESS_MAX = 100;

/** Attempts to prove who one is, counted in the database: however many processes there are, nobody has more of them. */
@Injectable()
export class Attempts {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt before it is looked at, so that many at once are not more.
   * @param what is attempted, and whose: anything that tells them from others
   * @param address where it came from; not counted where it is empty
   * @throws TOO_MANY_ATTEMPTS
   */
  async take(what: string, address = ''): Promise<void> {
    if (address) await this.count(addressAttempt(address), BY_ADDRESS_MAX);
    await this.count(what, BY_USER_MAX);
  }

  /** It was right: those before it count no more, nor does it for its address. */
  async succeed(what: string, address = ''): Promise<void> {
    await this.database.signInAttempt.deleteMany({ where: { attemptKey: keyOf(what) } });
    if (!address) return;
    const where = { attemptKey: keyOf(addressAttempt(address)), count: { gt: 0 } };
    await this.database.signInAttempt.updateMany({ where, data: { count: { decrement: 1 } } });
  }

  private async count(what: string, max: number): Promise<void> {
    const [row] = await this.database.$queryRaw<{ count: number; waitMs: number }[]>`
      insert into sign_in_attempt as attempt (attempt_key, count, reset_time)
      values (${keyOf(what)}, 1, now() + make_interval(mins => ${WINDOW_MINUTES}))
      on conflict (attempt_key) do update set
        count = case when attempt.reset_time <= now() then 1 else least(attempt.count, 1000000) + 1 end,
        reset_time = case when attempt.reset_time <= now() then excluded.reset_time else attempt.reset_time end
      returning count, (extract(epoch from reset_time - now()) * 1000)::float8 as "waitMs"`;
    if (row!.count > max) throw tooManyAttempts(Math.max(Math.ceil(row!.waitMs), 1));
  }
}

const addressAttempt = (address: string): string => `address ${address}`;

const keyOf = (what: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(what).digest());
