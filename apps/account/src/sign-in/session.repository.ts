import type { Permission, Session } from '@kelp/contract-account';
import { User_State as State } from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { sessionName, userName } from '../account.names.js';
import { Database, type Transaction } from '../database.js';
import type { Session as SessionRow } from '../generated/prisma/client.js';
import type { Position } from '../page.js';
import type { UserId } from '../user/user.repository.js';
import { keyOf } from './credential.repository.js';

/** Which session, of whom. */
export interface SessionId extends UserId {
  readonly session: string;
}

/** How somebody has signed in. */
export interface SignedIn {
  readonly scopes: Permission[];
  readonly totp: boolean;
  readonly userAgent: string;
  readonly address: string;
}

/** A refresh token as it is kept. */
export interface NewRefreshToken {
  readonly tokenHash: Uint8Array<ArrayBuffer>;
  readonly createTime: Date;
  readonly expireTime: Date;
}

/** A session that goes on. */
export interface LiveSession extends SessionId {
  readonly scopes: Permission[];
  readonly expireTime: Date;
}

/** What became of a refresh token: the session that it belongs to, and whether that goes on. */
export type Rotation =
  | { readonly kind: 'goes on'; readonly session: LiveSession }
  | { readonly kind: 'used before'; readonly session: SessionId }
  | { readonly kind: 'refused' };

const live = () => ({ endTime: null, expireTime: { gt: new Date() } });

/** Sessions, and the refresh tokens that they were given. */
@Injectable()
export class SessionRepository {
  constructor(private readonly database: Database) {}

  async begin(
    transaction: Transaction,
    id: SessionId,
    signedIn: SignedIn & { createTime: Date; expireTime: Date },
    { tokenHash, createTime, expireTime }: NewRefreshToken,
  ): Promise<void> {
    const token = { tokenHash, createTime, expireTime, useTime: null };
    await transaction.session.create({ data: { ...keyOf(id), sessionId: id.session, ...signedIn } });
    await transaction.refreshToken.create({
      data: { ...token, organizationId: id.organization, sessionId: id.session },
    });
  }

  /**
   * Takes a refresh token, and gives its session another one. Of those who come with the same token at once, one gets it.
   * @param next the one that it is given, which may last as long as the session does
   */
  async rotate(
    tokenHash: Uint8Array<ArrayBuffer>,
    next: (sessionExpireTime: Date) => NewRefreshToken,
  ): Promise<Rotation> {
    const found = await this.findByToken(tokenHash);
    if (!found) return { kind: 'refused' };
    const { organization, session } = found.id;
    return await this.database.inOrganization(organization, async (transaction): Promise<Rotation> => {
      const now = new Date();
      const { count } = await transaction.refreshToken.updateMany({
        where: {
          tokenHash,
          useTime: null,
          expireTime: { gt: now },
          session: { ...live(), user: { state: State.ACTIVE } },
        },
        data: { useTime: now },
      });
      if (count === 0) {
        const token = await transaction.refreshToken.findFirst({ where: { tokenHash } });
        return token?.useTime ? { kind: 'used before', session: found.id } : { kind: 'refused' };
      }
      await transaction.refreshToken.create({
        data: { ...next(found.expireTime), useTime: null, organizationId: organization, sessionId: session },
      });
      return { kind: 'goes on', session: { ...found.id, scopes: found.scopes, expireTime: found.expireTime } };
    });
  }

  /** The session that was given this refresh token, of whatever organization. */
  async findByToken(tokenHash: Uint8Array<ArrayBuffer>) {
    const row = await this.database.refreshToken.findUnique({ where: { tokenHash }, include: { session: true } });
    if (!row) return undefined;
    const { organizationId: organization, userId: user, sessionId: session, scopes, expireTime } = row.session;
    return { id: { organization, user, session }, scopes: scopes as Permission[], expireTime };
  }

  /** Whether there was such a session that had not ended. */
  async end({ session, ...user }: SessionId, reason: string, as?: string): Promise<boolean> {
    const { count } = await this.database.inOrganization(
      user.organization,
      (transaction) =>
        transaction.session.updateMany({
          where: { ...keyOf(user), sessionId: session, ...live() },
          data: { endTime: new Date(), endReason: reason },
        }),
      as,
    );
    return count > 0;
  }

  /** Ends all of a user's sessions, but perhaps one. */
  async endOthers(transaction: Transaction, id: UserId, keep: string | undefined, reason: string): Promise<void> {
    await transaction.session.updateMany({
      where: { ...keyOf(id), ...live(), ...(keep && { sessionId: { not: keep } }) },
      data: { endTime: new Date(), endReason: reason },
    });
  }

  /** A user's sessions that have not ended, behind a position, oldest first. */
  async list(id: UserId, after: Position | undefined, limit: number): Promise<Session[]> {
    const { createTime, id: session } = after ?? {};
    const rows = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.session.findMany({
        where: {
          ...keyOf(id),
          ...live(),
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, sessionId: { gt: session } }] }),
        },
        include: { refreshTokens: { orderBy: { createTime: 'desc' }, take: 1 } },
        orderBy: [{ createTime: 'asc' }, { sessionId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map((row) => toSession(row, row.refreshTokens[0]?.createTime));
  }

  /** Forgets what has ended long ago, and lets watchers forget sessions whose tokens have ended by now. */
  async purge(tokenMs: number): Promise<void> {
    const seconds = tokenMs / 1_000;
    await this.database.$executeRaw`delete from sign_in_attempt where reset_time < now()`;
    await this.database.$executeRaw`delete from sign_in_challenge where expire_time < now()`;
    await this.database.$executeRaw`delete from sso_request where expire_time < now()`;
    await this.database.$executeRaw`delete from refresh_token where expire_time < now()`;
    await this.database.$executeRaw`
      delete from sign_in_session where least(expire_time, end_time) < now() - interval '1 day'`;
    await this.database.$executeRaw`
      update access_fact set delete_time = now(), data = '{}' where kind = 'ended_session' and delete_time is null
        and (data ->> 'end_time')::timestamptz < now() - make_interval(secs => ${seconds})`;
  }
}

const toSession = (row: SessionRow, refreshTime: Date | undefined): Session => ({
  name: sessionName.format({ organization: row.organizationId, user: row.userId, session: row.sessionId }),
  createTime: row.createTime,
  refreshTime,
  expireTime: row.expireTime,
  userAgent: row.userAgent,
  address: row.address,
  totp: row.totp,
});

/** The user of a session, by name. */
export const userOf = (id: UserId): string => userName.format(id);
