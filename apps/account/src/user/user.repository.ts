import { User_State as State, type User } from '@kelp/contract-account';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { userName } from '../account.names.js';
import { Database, isReferenceViolation, type Transaction } from '../database.js';
import type { User as UserRow } from '../generated/prisma/client.js';
import type { Position } from '../page.js';
import { roleNotFound } from '../role/role.errors.js';
import { nameOfRole, type RoleReference } from '../role/role-reference.js';
import { lastAdmin } from './user.errors.js';

/** Which user, of whom. */
export interface UserId {
  readonly organization: string;
  readonly user: string;
}

export interface NewUser {
  readonly email: string;
  readonly displayName: string;
  readonly role: RoleReference;
  readonly state: State;
}

export type UserChanges = Partial<Pick<NewUser, 'displayName' | 'role' | 'state'>>;

/** Users. */
@Injectable()
export class UserRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the identifier or the address is taken. @throws ROLE_NOT_FOUND */
  async create(id: UserId, user: NewUser): Promise<User | undefined> {
    return await this.database.inOrganization(id.organization, (transaction) => createUser(transaction, id, user));
  }

  async find(id: UserId): Promise<User | undefined> {
    const row = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.user.findFirst({ where: keyOf(id) }),
    );
    return row ? toUser(row) : undefined;
  }

  async findByEmail(organization: string, email: string): Promise<User | undefined> {
    const row = await this.database.inOrganization(organization, (transaction) =>
      transaction.user.findFirst({ where: { organizationId: organization, email } }),
    );
    return row ? toUser(row) : undefined;
  }

  /** An organization's users behind a position, oldest first. */
  async list(organization: string, after: Position | undefined, limit: number): Promise<User[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.user.findMany({
        where: {
          organizationId: organization,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, userId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { userId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toUser);
  }

  /**
   * Undefined where there is no such user, or not any more in the state that the etag names; any state where it is empty.
   * @throws ROLE_NOT_FOUND, LAST_ADMIN
   */
  async update(id: UserId, etag: string, { role, ...fields }: UserChanges): Promise<User | undefined> {
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        keepingAnAdmin(transaction, id, () =>
          transaction.user.updateManyAndReturn({
            where: { ...keyOf(id), ...(etag && { etag }) },
            data: { ...fields, ...role, etag: newEtag(id), updateTime: new Date() },
          }),
        ),
      );
      return rows.map(toUser)[0];
    } catch (error) {
      throw isReferenceViolation(error) ? roleNotFound(nameOfRole(id.organization, role!)) : error;
    }
  }

  /** Whether there was such a user, in the state that the etag names; any state where it is empty. @throws LAST_ADMIN */
  async delete(id: UserId, etag: string): Promise<boolean> {
    const { count } = await this.database.inOrganization(id.organization, (transaction) =>
      keepingAnAdmin(transaction, id, () =>
        transaction.user.deleteMany({ where: { ...keyOf(id), ...(etag && { etag }) } }),
      ),
    );
    return count > 0;
  }
}

/** Undefined where the identifier or the address is taken. @throws ROLE_NOT_FOUND */
export async function createUser(transaction: Transaction, id: UserId, user: NewUser): Promise<User | undefined> {
  const now = new Date();
  const { role, ...fields } = user;
  try {
    const rows = await transaction.user.createManyAndReturn({
      data: [{ ...keyOf(id), ...fields, ...role, etag: newEtag(id), createTime: now, updateTime: now }],
      skipDuplicates: true,
    });
    return rows.map(toUser)[0];
  } catch (error) {
    throw isReferenceViolation(error) ? roleNotFound(nameOfRole(id.organization, role)) : error;
  }
}

/**
 * Does what may take the last admin away, and undoes it where it did. Changes of users happen one after the other, from
 * the first statement on: see libs/change-feed.
 */
async function keepingAnAdmin<T>(transaction: Transaction, id: UserId, change: () => Promise<T>): Promise<T> {
  const admins = { organizationId: id.organization, builtInRole: 'admin', state: State.ACTIVE };
  const wasAdmin = (await transaction.user.count({ where: { ...admins, userId: id.user } })) > 0;
  const result = await change();
  if (wasAdmin && (await transaction.user.count({ where: admins })) === 0) throw lastAdmin(userName.format(id));
  return result;
}

const keyOf = ({ organization, user }: UserId) => ({ organizationId: organization, userId: user });

const newEtag = (id: UserId): string => etagOf(userName.format(id), uuidv7());

export const toUser = (row: UserRow): User => ({
  name: userName.format({ organization: row.organizationId, user: row.userId }),
  email: row.email,
  displayName: row.displayName,
  role: nameOfRole(row.organizationId, row),
  state: row.state,
  createTime: row.createTime,
  updateTime: row.updateTime,
  etag: row.etag,
});
