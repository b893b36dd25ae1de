import type { Organization } from '@kelp/contract-account';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { organizationName } from '../account.names.js';
import { Database } from '../database.js';
import type { Organization as OrganizationRow, Prisma } from '../generated/prisma/client.js';
import type { Position } from '../page.js';
import { organizationNotFound } from './organization.errors.js';

/** What became of a request to delete. */
export type Deletion = 'deleted' | 'missing' | 'changed' | 'not empty';

/** Organizations. */
@Injectable()
export class OrganizationRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the identifier is taken. */
  async create(id: string, displayName: string): Promise<Organization | undefined> {
    const now = new Date();
    const rows = await this.database.organization.createManyAndReturn({
      data: [{ organizationId: id, displayName, etag: newEtag(id), createTime: now, updateTime: now }],
      skipDuplicates: true,
    });
    return rows.map(toOrganization)[0];
  }

  async find(id: string): Promise<Organization | undefined> {
    const row = await this.database.organization.findUnique({ where: { organizationId: id } });
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
    const rows = await this.database.organization.updateManyAndReturn({
      where: { organizationId: id, ...(etag && { etag }) },
      data: { displayName, etag: newEtag(id), updateTime: new Date() },
    });
    return rows.map(toOrganization)[0];
  }

  /**
   * Deletes an organization that has nothing in it, in the state that the etag names; any state where it is empty. The
   * lock keeps everybody out who is about to create something in it.
   */
  async deleteEmpty(id: string, etag: string): Promise<Deletion> {
    return await this.database.$transaction(async (tx) => {
      const [row] = await tx.$queryRaw<{ etag: string }[]>`
        select etag from organization where organization_id = ${id}::uuid for update`;
      if (!row) return 'missing';
      if (etag && row.etag !== etag) return 'changed';
      const workspace = await tx.workspace.findFirst({ where: { organizationId: id } });
      const connection = await tx.connection.findFirst({ where: { organizationId: id, deleteTime: null } });
      if (workspace || connection) return 'not empty';
      await tx.organization.delete({ where: { organizationId: id } });
      return 'deleted';
    });
  }
}

/** Holds an organization in place until the transaction ends. @throws ORGANIZATION_NOT_FOUND */
export async function holdOrganization(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    select 1 from organization where organization_id = ${id}::uuid for key share`;
  if (rows.length === 0) throw organizationNotFound(organizationName.format({ organization: id }));
}

const newEtag = (id: string): string => etagOf(organizationName.format({ organization: id }), uuidv7());

const toOrganization = ({
  organizationId,
  displayName,
  createTime,
  updateTime,
  etag,
}: OrganizationRow): Organization => ({
  name: organizationName.format({ organization: organizationId }),
  displayName,
  createTime,
  updateTime,
  etag,
});
