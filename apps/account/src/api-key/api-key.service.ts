import { hashOfToken, newApiKeyToken, prefixOfToken } from '@kelp/access';
import {
  type ApiKey,
  type CreateApiKeyRequest,
  type CreateApiKeyResponse,
  type DeleteApiKeyRequest,
  ApiKey_Environment as Environment,
  type GetApiKeyRequest,
  type ListApiKeysRequest,
  type ListApiKeysResponse,
  type RotateApiKeyRequest,
  type RotateApiKeyResponse,
  type UpdateApiKeyRequest,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { GivingRule } from '../access/giving-rule.js';
import { etagMismatch, requestIdReused } from '../account.errors.js';
import { given } from '../account.fields.js';
import { apiKeyName, organizationName, partsOf, workspaceName } from '../account.names.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import type { OrganizationRepository } from '../organization/organization.repository.js';
import { pageOf } from '../page.js';
import { workspaceNotFound } from '../workspace/workspace.errors.js';
import { apiKeyNotFound } from './api-key.errors.js';
import { changedKey, requireNewKey } from './api-key.fields.js';
import type { ApiKeyRepository, StoredToken } from './api-key.repository.js';

/** What people do to the keys of their programs. */
@Injectable()
export class ApiKeyService {
  constructor(
    private readonly organizations: OrganizationRepository,
    private readonly keys: ApiKeyRepository,
    private readonly giving: GivingRule,
  ) {}

  /** The token is shown by the call that makes the key, and by no other: a second one with its id is refused. */
  async create({ parent, apiKey, requestId }: CreateApiKeyRequest): Promise<CreateApiKeyResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const key = given('api_key', apiKey);
    requireNewKey(key);
    await this.giving.requirePermissions(key.permissions);
    const workspaceId = workspaceIn(organization, key.workspace);
    if (!(await this.organizations.find(organization))) throw organizationNotFound(parent);
    const { displayName, environment, permissions, callsPerMinute, expireTime = null } = key;
    const { token, stored } = newToken(environment);
    const fields = { displayName, environment, permissions, callsPerMinute, expireTime, workspaceId, token: stored };
    const created = await this.keys.create({ organization, apiKey: requestId || uuidv7() }, fields);
    if (!created) throw requestIdReused(requestId);
    return { apiKey: created, token };
  }

  async get({ name }: GetApiKeyRequest): Promise<ApiKey> {
    const key = await this.keys.find(partsOf(apiKeyName, name, 'name'));
    if (!key) throw apiKeyNotFound(name);
    return key;
  }

  async list({ parent, ...page }: ListApiKeysRequest): Promise<ListApiKeysResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/apiKeys`, (after, limit) =>
      this.keys.list(organization, after, limit),
    );
    return { apiKeys: items, nextPageToken };
  }

  async update(request: UpdateApiKeyRequest): Promise<ApiKey> {
    const key = given('api_key', request.apiKey);
    const { name, etag } = key;
    const id = partsOf(apiKeyName, name, 'api_key.name');
    const current = await this.keys.find(id);
    if (!current) throw apiKeyNotFound(name);
    const fields = changedKey(key, current, request.updateMask);
    if (fields.permissions) await this.giving.requirePermissions(fields.permissions);
    const updated = await this.keys.update(id, etag, fields);
    if (updated) return updated;
    throw (await this.keys.find(id)) ? etagMismatch(name) : apiKeyNotFound(name);
  }

  /** Whoever rotates a key sees a token with all its permissions: one takes no more than one has. */
  async rotate({ name, overlapSeconds }: RotateApiKeyRequest): Promise<RotateApiKeyResponse> {
    const id = partsOf(apiKeyName, name, 'name');
    const current = await this.keys.find(id);
    if (!current) throw apiKeyNotFound(name);
    await this.giving.requirePermissions(current.permissions);
    const { token, stored } = newToken(current.environment);
    const apiKey = await this.keys.rotate(id, stored, new Date(Date.now() + overlapSeconds * 1_000));
    if (!apiKey) throw apiKeyNotFound(name);
    return { apiKey, token };
  }

  async delete({ name, etag }: DeleteApiKeyRequest): Promise<void> {
    const id = partsOf(apiKeyName, name, 'name');
    if (await this.keys.delete(id, etag)) return;
    throw (await this.keys.find(id)) ? etagMismatch(name) : apiKeyNotFound(name);
  }
}

function newToken(environment: Environment): { token: string; stored: StoredToken } {
  const token = newApiKeyToken(environment === Environment.LIVE ? 'live' : 'test');
  return { token, stored: { prefix: prefixOfToken(token), hash: new Uint8Array(hashOfToken(token)) } };
}

/** @throws WORKSPACE_NOT_FOUND for one of another organization */
function workspaceIn(organization: string, name: string): string | null {
  if (name === '') return null;
  const parts = partsOf(workspaceName, name, 'api_key.workspace');
  if (parts.organization !== organization) throw workspaceNotFound(name);
  return parts.workspace;
}
