import type { ApiKey } from '@kelp/contract-account';
import { etagOf, uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { apiKeyName, workspaceName } from '../account.names.js';
import { Database, isReferenceViolation, type Transaction } from '../database.js';
import type { ApiKey as ApiKeyRow, ApiKeyUse } from '../generated/prisma/client.js';
import type { Position } from '../page.js';
import { workspaceNotFound } from '../workspace/workspace.errors.js';

/** Which key, of whom. */
export interface ApiKeyId {
  readonly organization: string;
  readonly apiKey: string;
}

export interface ApiKeyFields {
  readonly displayName: string;
  readonly permissions: number[];
  readonly expireTime: Date | null;
  readonly callsPerMinute: number;
}

export interface NewApiKey extends ApiKeyFields {
  readonly environment: number;
  readonly workspaceId: string | null;
  readonly token: StoredToken;
}

/** What is kept of a token. */
export interface StoredToken {
  readonly prefix: string;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** API keys. */
@Injectable()
export class ApiKeyRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where the identifier is taken. @throws WORKSPACE_NOT_FOUND */
  async create(id: ApiKeyId, { token, ...fields }: NewApiKey): Promise<ApiKey | undefined> {
    const now = new Date();
    try {
      const rows = await this.database.inOrganization(id.organization, (transaction) =>
        transaction.apiKey.createManyAndReturn({
          data: [
            {
              ...keyOf(id),
              ...fields,
              tokenPrefix: token.prefix,
              tokenHash: token.hash,
              etag: newEtag(id),
              createTime: now,
              updateTime: now,
            },
          ],
          skipDuplicates: true,
        }),
      );
      return rows.map(toApiKey)[0];
    } catch (error) {
      const workspace = { organization: id.organization, workspace: fields.workspaceId ?? '' };
      throw isReferenceViolation(error) ? workspaceNotFound(workspaceName.format(workspace)) : error;
    }
  }

  async find(id: ApiKeyId): Promise<ApiKey | undefined> {
    return await this.database.inOrganization(id.organization, (transaction) => this.findIn(transaction, id));
  }

  private async findIn(transaction: Transaction, id: ApiKeyId): Promise<ApiKey | undefined> {
    const row = await transaction.apiKey.findFirst({ where: keyOf(id), include: { use: true } });
    return row ? toApiKey(row) : undefined;
  }

  /** An organization's keys behind a position, oldest first. */
  async list(organization: string, after: Position | undefined, limit: number): Promise<ApiKey[]> {
    const { createTime, id } = after ?? {};
    const rows = await this.database.inOrganization(organization, (transaction) =>
      transaction.apiKey.findMany({
        where: {
          organizationId: organization,
          ...(after && { OR: [{ createTime: { gt: createTime } }, { createTime, apiKeyId: { gt: id } }] }),
        },
        include: { use: true },
        orderBy: [{ createTime: 'asc' }, { apiKeyId: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(toApiKey);
  }

  /** Undefined where there is no such key, or not any more in the state that the etag names; any state where it is empty. */
  async update(id: ApiKeyId, etag: string, fields: Partial<ApiKeyFields>): Promise<ApiKey | undefined> {
    return await this.database.inOrganization(id.organization, async (transaction) => {
      const { count } = await transaction.apiKey.updateMany({
        where: { ...keyOf(id), ...(etag && { etag }) },
        data: { ...fields, etag: newEtag(id), updateTime: new Date() },
      });
      return count === 0 ? undefined : await this.findIn(transaction, id);
    });
  }

  /** Gives the key another token; the present one works until then. Undefined where there is no such key. */
  async rotate(id: ApiKeyId, token: StoredToken, until: Date): Promise<ApiKey | undefined> {
    return await this.database.inOrganization(id.organization, async (transaction) => {
      const now = new Date();
      // One statement, so that of two rotations at once each knows the token before its own.
      const rows = await transaction.$queryRaw<unknown[]>`update api_key
        set previous_token_hash = token_hash, previous_expire_time = ${until}, token_hash = ${token.hash},
          token_prefix = ${token.prefix}, etag = ${newEtag(id)}, update_time = ${now}
        where organization_id = ${id.organization}::uuid and api_key_id = ${id.apiKey}::uuid returning 1`;
      return rows.length === 0 ? undefined : await this.findIn(transaction, id);
    });
  }

  /** Whether there was such a key, in the state that the etag names; any state where it is empty. */
  async delete(id: ApiKeyId, etag: string): Promise<boolean> {
    const { count } = await this.database.inOrganization(id.organization, (transaction) =>
      transaction.apiKey.deleteMany({ where: { ...keyOf(id), ...(etag && { etag }) } }),
    );
    return count > 0;
  }

  /** Notes when keys were last used; those that are gone are left out. */
  async noteUses(uses: ReadonlyMap<string, Date>): Promise<void> {
    const ids = [...uses.keys()];
    await this.database.$executeRaw`insert into api_key_use (api_key_id, organization_id, last_use_time)
      select api_key_id, organization_id, used.time
      from unnest(${ids}::uuid[], ${[...uses.values()]}::timestamptz[]) as used (id, time)
        join api_key on api_key_id = used.id
      on conflict (api_key_id) do update
        set last_use_time = greatest(api_key_use.last_use_time, excluded.last_use_time)`;
  }
}

const keyOf = ({ organization, apiKey }: ApiKeyId) => ({ organizationId: organization, apiKeyId: apiKey });

const newEtag = (id: ApiKeyId): string => etagOf(apiKeyName.format(id), uuidv7());

const toApiKey = (row: ApiKeyRow & { use?: ApiKeyUse | null }): ApiKey => ({
  name: apiKeyName.format({ organization: row.organizationId, apiKey: row.apiKeyId }),
  displayName: row.displayName,
  environment: row.environment,
  permissions: row.permissions,
  workspace: row.workspaceId
    ? workspaceName.format({ organization: row.organizationId, workspace: row.workspaceId })
    : '',
  expireTime: row.expireTime ?? undefined,
  tokenPrefix: row.tokenPrefix,
  previousExpireTime: row.previousExpireTime ?? undefined,
  lastUseTime: row.use?.lastUseTime,
  callsPerMinute: row.callsPerMinute,
  createTime: row.createTime,
  updateTime: row.updateTime,
  etag: row.etag,
});
