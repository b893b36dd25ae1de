import type { Role } from '@kelp/contract-account';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { organizationName, roleName } from '../account.names.js';
import { Database, isReferenceViolation, isUniqueViolation } from '../database.js';
import type { Role as RoleRow } from '../generated/prisma/client.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { Position } from '../page.js';
import { roleExists, roleInUse } from './role.errors.js';

/** Which role, of whom. */
export interface RoleId {
  readonly organization: string;
  readonly role: string;
}

export interface RoleFields {
  readonly displayName: string;
  readonly permissions: number[];
}

/** The roles that organizations have beside those that all have. */
@Injectable()
export class RoleRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the identifier or the display name is taken. @throws ORGANIZATION_NOT_FOUND */
  async create(id: RoleId, fields: RoleFields): Promise<Role | undefined> {
    const now = new Date();
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.role.createManyAndReturn({
          data: [{ ...keyOf(id), ...fields, etag: newEtag(id), createTime: now, updateTime: now }],
          skipDuplicates: true,
        }),
      );
      return rows.map(toRole)[0];
    } catch (error) {
      throw isReferenceViolation(error) ? organizationNotFound(organizationName.format(id)) : error;
    }
  }

  async find(id: RoleId): Promise<Role | undefined> {
    const row = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.role.findFirst({ where: keyOf(id) }),
    );
    return row ? toRole(row) : undefined;
  }

  /** An organization's roles behind a position, oldest first. */
  async list(organization: string, after: Position | undefined, limit: number): Promise<Role[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.role.findMany({
        where: {
          organizationId: organization,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, roleId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { roleId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toRole);
  }

  /**
   * Undefined where there is no such role, or not any more in the state that the etag names; any state where it is empty.
   * @throws ROLE_EXISTS where another one has the display name
   */
  async update(id: RoleId, etag: string, fields: Partial<RoleFields>): Promise<Role | undefined> {
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.role.updateManyAndReturn({
          where: { ...keyOf(id), ...(etag && { etag }) },
          data: { ...fields, etag: newEtag(id), updateTime: new Date() },
        }),
      );
      return rows.map(toRole)[0];
    } catch (error) {
      throw isUniqueViolation(error) ? roleExists(fields.displayName ?? '') : error;
    }
  }

  /** Whether there was such a role, in the state that the etag names; any state where it is empty. @throws ROLE_IN_USE */
  async delete(id: RoleId, etag: string): Promise<boolean> {
    try {
      const { count } = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.role.deleteMany({ where: { ...keyOf(id), ...(etag && { etag }) } }),
      );
      return count > 0;
    } catch (error) {
      throw isReferenceViolation(error) ? roleInUse(roleName.format(id)) : error;
    }
  }
}

const keyOf = ({ organization, role }: RoleId) => ({ organizationId: organization, roleId: role });

const newEtag = (id: RoleId): string => etagOf(roleName.format(id), uuidv7());

const toRole = (row: RoleRow): Role => ({
  name: roleName.format({ organization: row.organizationId, role: row.roleId }),
  displayName: row.displayName,
  permissions: row.permissions,
  createTime: row.createTime,
  updateTime: row.updateTime,
  etag: row.etag,
});
