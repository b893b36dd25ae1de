import type { Domain } from '@kelp/contract-account';
import { Injectable } from '@nestjs/common';
import { domainName, organizationName } from '../account.names.js';
import { Database, isReferenceViolation, isUniqueViolation, type Transaction } from '../database.js';
import type { Domain as DomainRow } from '../generated/prisma/client.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { Position } from '../page.js';
import { domainExists, domainTaken } from './sso.errors.js';

/** Which domain, of whom. */
export interface DomainId {
  readonly organization: string;
  readonly domain: string;
}

/** Domains that organizations have claimed, and those that they have proved. */
@Injectable()
export class DomainRepository {
  constructor(private readonly database: Database) {}

  /** @throws DOMAIN_EXISTS, ORGANIZATION_NOT_FOUND */
  async create(id: DomainId, domain: string, token: string): Promise<Domain> {
    const data = { ...keyOf(id), domain, token, createTime: new Date(), provedDomain: null, verifyTime: null };
    try {
      return toDomain(
        await this.database.inOrganization(id.organization, (transaction) => transaction.domain.create({ data })),
      );
    } catch (error) {
      if (isReferenceViolation(error)) throw organizationNotFound(organizationName.format(id));
      throw isUniqueViolation(error) ? domainExists(domain) : error;
    }
  }

  async find(id: DomainId): Promise<Domain | undefined> {
    const row = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.domain.findFirst({ where: keyOf(id) }),
    );
    return row ? toDomain(row) : undefined;
  }

  /** Undefined where there is no such domain any more. @throws DOMAIN_TAKEN */
  async prove(id: DomainId, domain: string): Promise<Domain | undefined> {
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.domain.updateManyAndReturn({
          where: keyOf(id),
          data: { provedDomain: domain, verifyTime: new Date() },
        }),
      );
      return rows.map(toDomain)[0];
    } catch (error) {
      throw isUniqueViolation(error) ? domainTaken(domain) : error;
    }
  }

  /** An organization's domains behind a position, oldest first. */
  async list(organization: string, after: Position | undefined, limit: number): Promise<Domain[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.domain.findMany({
        where: {
          organizationId: organization,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, domainId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { domainId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toDomain);
  }

  /** Whether there was one. */
  async delete(id: DomainId): Promise<boolean> {
    const { count } = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.domain.deleteMany({ where: keyOf(id) }),
    );
    return count > 0;
  }

  /** Which organization has proved a domain. */
  async ownerOf(domain: string): Promise<string | undefined> {
    return (await this.database.domain.findUnique({ where: { provedDomain: domain } }))?.organizationId;
  }

  /** Whether this organization has proved a domain. */
  async isProved(transaction: Transaction, organization: string, domain: string): Promise<boolean> {
    const where = { organizationId: organization, provedDomain: domain };
    return (await transaction.domain.count({ where })) > 0;
  }
}

const keyOf = ({ organization, domain }: DomainId) => ({ organizationId: organization, domainId: domain });

const toDomain = (row: DomainRow): Domain => ({
  name: domainName.format({ organization: row.organizationId, domain: row.domainId }),
  domain: row.domain,
  txtName: `_kelp-challenge.${row.domain}`,
  txtValue: `kelp-domain-verification=${row.token}`,
  verifyTime: row.verifyTime ?? undefined,
  createTime: row.createTime,
});
