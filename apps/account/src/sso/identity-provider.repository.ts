import type { IdentityProvider } from '@kelp/contract-account';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { identityProviderName, organizationName } from '../account.names.js';
import { Database, isReferenceViolation } from '../database.js';
import type { IdentityProvider as ProviderRow } from '../generated/prisma/client.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { Position } from '../page.js';
import { roleNotFound } from '../role/role.errors.js';
import { nameOfRole, type RoleReference } from '../role/role-reference.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { OidcProvider } from './oidc.js';

/** Which identity provider, of whom. */
export interface ProviderId {
  readonly organization: string;
  readonly identityProvider: string;
}

/** What people can set of an identity provider, and change. */
export interface ProviderFields {
  readonly displayName: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Absent where it stays. */
  readonly clientSecret?: string;
  readonly createUsers: boolean;
  readonly role: RoleReference;
}

/** An identity provider, with what it takes to sign in with it. */
export interface UsableProvider extends OidcProvider {
  readonly createUsers: boolean;
  readonly role: RoleReference;
}

/** Identity providers. */
@Injectable()
export class IdentityProviderRepository {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** Undefined where the identifier is taken. @throws ROLE_NOT_FOUND, ORGANIZATION_NOT_FOUND */
  async create(
    id: ProviderId,
    fields: ProviderFields & { clientSecret: string },
  ): Promise<IdentityProvider | undefined> {
    const now = new Date();
    const { role, clientSecret, ...rest } = fields;
    const data = {
      ...keyOf(id),
      ...rest,
      ...role,
      ...this.sealed(id, clientSecret),
      etag: newEtag(id),
      createTime: now,
    };
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.identityProvider.createManyAndReturn({
          data: [{ ...data, updateTime: now }],
          skipDuplicates: true,
        }),
      );
      return rows.map(toProvider)[0];
    } catch (error) {
      if (!isReferenceViolation(error)) throw error;
      throw role.roleId
        ? roleNotFound(nameOfRole(id.organization, role))
        : organizationNotFound(organizationName.format(id));
    }
  }

  async find(id: ProviderId): Promise<IdentityProvider | undefined> {
    const row = await this.row(id);
    return row ? toProvider(row) : undefined;
  }

  async usable(id: ProviderId): Promise<UsableProvider | undefined> {
    const row = await this.row(id);
    if (!row) return undefined;
    const { issuer, clientId, createUsers, builtInRole, roleId } = row;
    const clientSecret = this.box.open(row.sealedClientSecret, secretPlace(id.organization, id.identityProvider));
    const version = `${row.identityProviderId} ${row.etag}`;
    return { version, issuer, clientId, clientSecret, createUsers, role: { builtInRole, roleId } };
  }

  /** An organization's identity providers behind a position, oldest first. */
  async list(organization: string, after: Position | undefined, limit: number): Promise<IdentityProvider[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.identityProvider.findMany({
        where: {
          organizationId: organization,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, identityProviderId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { identityProviderId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toProvider);
  }

  /**
   * Undefined where there is no such provider, or not any more in the state that the etag names; any state where it is
   * empty.
   * @throws ROLE_NOT_FOUND
   */
  async update(id: ProviderId, etag: string, fields: Partial<ProviderFields>): Promise<IdentityProvider | undefined> {
    const { role, clientSecret, ...rest } = fields;
    const secret = clientSecret ? this.sealed(id, clientSecret) : {};
    try {
      const rows = await this.database.inOrganization(id.organization, async (transaction) => {
        const before = await transaction.identityProvider.findFirst({ where: keyOf(id) });
        const updated = await transaction.identityProvider.updateManyAndReturn({
          where: { ...keyOf(id), ...(etag && { etag }) },
          data: { ...rest, ...role, ...secret, etag: newEtag(id), updateTime: new Date() },
        });
        // Another issuer may call somebody else by the same name.
        if (updated[0] && updated[0].issuer !== before?.issuer)
          await transaction.userIdentity.deleteMany({ where: keyOf(id) });
        return updated;
      });
      return rows.map(toProvider)[0];
    } catch (error) {
      throw isReferenceViolation(error) ? roleNotFound(nameOfRole(id.organization, role!)) : error;
    }
  }

  /** Whether there was such a provider, in the state that the etag names; any state where it is empty. */
  async delete(id: ProviderId, etag: string): Promise<boolean> {
    const { count } = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.identityProvider.deleteMany({ where: { ...keyOf(id), ...(etag && { etag }) } }),
    );
    return count > 0;
  }

  private row(id: ProviderId): Promise<ProviderRow | null> {
    return this.database.inOrganization(id.organization, (transaction) =>
      transaction.identityProvider.findFirst({ where: keyOf(id) }),
    );
  }

  private sealed({ organization, identityProvider }: ProviderId, clientSecret: string) {
    const sealedClientSecret = this.box.seal(clientSecret, secretPlace(organization, identityProvider));
    return { sealedClientSecret, clientSecretUpdateTime: new Date() };
  }
}

const keyOf = ({ organization, identityProvider }: ProviderId) => ({
  organizationId: organization,
  identityProviderId: identityProvider,
});

/** Where the secret that a provider knows Kelp by is kept. */
export const secretPlace = (organization: string, identityProvider: string): string =>
  identityProviderName.format({ organization, identityProvider });

const newEtag = (id: ProviderId): string => etagOf(identityProviderName.format(id), uuidv7());

const toProvider = (row: ProviderRow): IdentityProvider => ({
  name: identityProviderName.format({ organization: row.organizationId, identityProvider: row.identityProviderId }),
  displayName: row.displayName,
  // The secret is input only.
  protocol: { $case: 'oidc', value: { issuer: row.issuer, clientId: row.clientId, clientSecret: '' } },
  createUsers: row.createUsers,
  defaultRole: nameOfRole(row.organizationId, row),
  createTime: row.createTime,
  updateTime: row.updateTime,
  etag: row.etag,
});
