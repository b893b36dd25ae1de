import type { Change } from '@kelp/change-feed';
import { type Connection, type ConnectionChange, Filter } from '@kelp/contract-account';
import type { Provider } from '@kelp/contract-event';
import { etagOf, uuidv7 } from '@kelp/resource';
import type { Logger } from '@kelp/telemetry';
import { Injectable } from '@nestjs/common';
import { connectionName, organizationName } from '../account.names.js';
import { Database, isReferenceViolation } from '../database.js';
import type { Connection as ConnectionRow } from '../generated/prisma/client.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { Position } from '../page.js';
import type { ConnectionFields } from './connection.fields.js';
import type { ConnectionSecrets } from './connection-secrets.js';

/** Which connection, of whom. */
export interface ConnectionId {
  readonly organization: string;
  readonly connection: string;
}

/** Connections, and what became of them. */
@Injectable()
export class ConnectionRepository {
  constructor(
    private readonly database: Database,
    private readonly secrets: ConnectionSecrets,
    private readonly log: Logger,
  ) {}

  /** Undefined where the identifier is taken. @throws ORGANIZATION_NOT_FOUND */
  async create(id: ConnectionId, provider: Provider, fields: ConnectionFields): Promise<Connection | undefined> {
    const now = new Date();
    const stored = this.stored(id, fields);
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.connection.createManyAndReturn({
          data: [{ ...liveKeyOf(id), ...stored, provider, etag: newEtag(id), createTime: now, updateTime: now }],
          skipDuplicates: true,
        }),
      );
      return rows.map(toConnection)[0];
    } catch (error) {
      throw isReferenceViolation(error) ? organizationNotFound(organizationName.format(id)) : error;
    }
  }

  async find(id: ConnectionId): Promise<Connection | undefined> {
    const row = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.connection.findFirst({ where: liveKeyOf(id) }),
    );
    return row ? toConnection(row) : undefined;
  }

  /** An organization's connections behind a position, oldest first. */
  async list(organization: string, after: Position | undefined, limit: number): Promise<Connection[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.connection.findMany({
        where: {
          liveOrganizationId: organization,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, connectionId: { gt: id } }] }),
        },
        orderBy: [{ createTime: 'asc' }, { connectionId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toConnection);
  }

  /**
   * Undefined where there is no such connection, or not any more in the state that the etag names.
   * @param etag any state where it is empty
   */
  async update(id: ConnectionId, etag: string, fields: Partial<ConnectionFields>): Promise<Connection | undefined> {
    const rows = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.connection.updateManyAndReturn({
        where: { ...liveKeyOf(id), ...(etag && { etag }) },
        data: { ...this.stored(id, fields), etag: newEtag(id), updateTime: new Date() },
      }),
    );
    return rows.map(toConnection)[0];
  }

  /**
   * Whether there was such a connection, in the state that the etag names; any state where it is empty. Its row stays
   * for watchers to hear of the end, without what verified its webhooks.
   */
  async delete(id: ConnectionId, etag: string): Promise<boolean> {
    const now = new Date();
    const { count } = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.connection.updateMany({
        where: { ...liveKeyOf(id), ...(etag && { etag }) },
        data: {
          liveOrganizationId: null,
          deleteTime: now,
          updateTime: now,
          verificationKeys: [],
          secrets: [],
          sealedSecrets: null,
        },
      }),
    );
    return count > 0;
  }

  /** What became of the connections of all organizations behind a revision, in the order of the revisions. */
  async changes(afterRevision: bigint, limit: number): Promise<Change<ConnectionChange>[]> {
    const rows = await this.database.connection.findMany({
      where: { revision: { gt: afterRevision } },
      orderBy: { revision: 'asc' },
      take: limit,
    });
    return rows.map((row) => {
      // The one place that gives the secrets out: without them, who watches could verify nothing.
      const connection = row.deleteTime === null ? { ...toConnection(row), secrets: this.secretsOf(row) } : undefined;
      return { revision: row.revision, deleted: !connection, item: { name: nameOf(row), connection } };
    });
  }

  /** Fields as their columns: secrets sealed, rules encoded. */
  private stored<F extends Partial<ConnectionFields>>(id: ConnectionId, { secrets, rules, ...fields }: F) {
    return {
      ...fields,
      ...(rules && { filterRules: new Uint8Array(Filter.encode(Filter.fromPartial({ rules })).finish()) }),
      ...(secrets && { secrets: [], sealedSecrets: this.secrets.seal(id, secrets), secretsUpdateTime: new Date() }),
    };
  }

  /** Where one connection's cannot be opened, it has none: the others' watchers need not suffer for it. */
  private secretsOf(row: ConnectionRow): string[] {
    if (row.secrets.length > 0) return row.secrets; // not sealed yet
    try {
      return this.secrets.open({ organization: row.organizationId, connection: row.connectionId }, row.sealedSecrets);
    } catch (error) {
      this.log.error({ err: error, connection: nameOf(row) }, 'the secrets of a connection cannot be opened');
      return [];
    }
  }
}

/** A connection of another organization is not there, nor is one that was deleted. */
const liveKeyOf = ({ organization, connection }: ConnectionId) => ({
  organizationId: organization,
  liveOrganizationId: organization,
  connectionId: connection,
});

const newEtag = (id: ConnectionId): string => etagOf(connectionName.format(id), uuidv7());

const nameOf = ({ organizationId, connectionId }: ConnectionRow): string =>
  connectionName.format({ organization: organizationId, connection: connectionId });

const toConnection = (row: ConnectionRow): Connection => ({
  name: nameOf(row),
  displayName: row.displayName,
  provider: row.provider,
  verificationKeys: row.verificationKeys,
  secrets: [], // input only
  topicArns: row.topicArns,
  allowedAddresses: row.allowedAddresses,
  filter: {
    acceptedTypes: row.acceptedTypes,
    knownTemplatesOnly: row.knownTemplatesOnly,
    rules: Filter.decode(row.filterRules).rules,
  },
  requestsPerSecondMax: row.requestsPerSecondMax,
  createTime: row.createTime,
  updateTime: row.updateTime,
  etag: row.etag,
});
