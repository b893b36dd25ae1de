import type { Organization } from '@kelp/contract-account';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { organizationName } from '../account.names.js';
import { Database, isReferenceViolation } from '../database.js';
import type { Organization as OrganizationRow } from '../generated/prisma/client.js';
import type { Position } from '../page.js';
import { organizationNotEmpty } from './organization.errors.js';

/** Organizations. */
@Injectable()
export class OrganizationRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the identifier is taken. */
  async create(id: string, displayName: string): Promise<Organization | undefined> {
    const now = new Date();
    const rows = await this.database.inOrganization(id, (transaction) =>
      transaction.organization.createManyAndReturn({
        data: [{ organizationId: id, displayName, etag: newEtag(id), createTime: now, updateTime: now }],
        skipDuplicates: true,
      }),
    );
    return rows.map(toOrganization)[0];
  }

  async find(id: string): Promise<Organization | undefined> {
    const row = await this.database.inOrganization(id, (transaction) =>
      transaction.organization.findUnique({ where: { organizationId: id } }),
    );
    return row ? toOrganization(row) : undefined;
  }

  /** All organizations behind a position, oldest first. */
  async list(after: Position | undefined, limit: number): Promise<Organization[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.organization.findMany({
      where: after && { OR: [{ createTime: { gt: createTime } }, { createTime, organizationId: { gt: id } }] },
      orderBy: [{ createTime: 'asc' }, { organizationId: 'asc' }],
      take: limit,
    });
    return rows.map(toOrganization);
  }

  /**
   * Undefined where there is no such organization, or not any more in the state that the etag names.
   * @param etag any state where it is empty
   */
  async update(id: string, etag: string, displayName: string): Promise<Organization | undefined> {
    const rows = await this.database.inOrganization(id, (transaction) =>
      transaction.organization.updateManyAndReturn({
        where: { organizationId: id, ...(etag && { etag }) },
        data: { displayName, etag: newEtag(id), updateTime: new Date() },
      }),
    );
    return rows.map(toOrganization)[0];
  }

  /**
   * Whether there was such an organization, in the state that the etag names; any state where it is empty.
   * @throws ORGANIZATION_NOT_EMPTY
   */
  async delete(id: string, etag: string): Promise<boolean> {
    try {
      const { count } = await this.database.inOrganization(id, (transaction) =>
        transaction.organization.deleteMany({ where: { organizationId: id, ...(etag && { etag }) } }),
      );
      return count > 0;
    } catch (error) {
      throw isReferenceViolation(error) ? organizationNotEmpty(nameOf(id)) : error;
    }
  }
}

const nameOf = (id: string): string => organizationName.format({ organization: id });

const newEtag = (id: string): string => etagOf(nameOf(id), uuidv7());

const toOrganization = ({
  organizationId,
  displayName,
  createTime,
  updateTime,
  etag,
}: OrganizationRow): Organization => ({
  name: nameOf(organizationId),
  displayName,
  createTime,
  updateTime,
  etag,
});
