import type {
  CreateIdentityProviderRequest,
  DeleteIdentityProviderRequest,
  GetIdentityProviderRequest,
  IdentityProvider,
  ListIdentityProvidersRequest,
  ListIdentityProvidersResponse,
  UpdateIdentityProviderRequest,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import type { GivingRule } from '../access/giving-rule.js';
import { etagMismatch, requestIdReused } from '../account.errors.js';
import { given } from '../account.fields.js';
import { identityProviderName, organizationName, partsOf } from '../account.names.js';
import { pageOf } from '../page.js';
import { changedProvider, newProvider } from './identity-provider.fields.js';
import type { IdentityProviderRepository } from './identity-provider.repository.js';
import { identityProviderNotFound } from './sso.errors.js';

/** Who a provider says that somebody is, may be anybody: who decides on providers has to be somebody who may do everything. */
const EVERYTHING = 'roles/admin';

/** What people do to identity providers. */
@Injectable()
export class IdentityProviderService {
  constructor(
    private readonly providers: IdentityProviderRepository,
    private readonly giving: GivingRule,
  ) {}

  async create({ parent, identityProvider, requestId }: CreateIdentityProviderRequest): Promise<IdentityProvider> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const fields = newProvider(organization, given('identity_provider', identityProvider));
    await this.giving.requireRole(EVERYTHING);
    const id = { organization, identityProvider: requestId || uuidv7() };
    const created = (await this.providers.create(id, fields)) ?? (await this.providers.find(id));
    if (!created) throw requestIdReused(requestId);
    return created;
  }

  async get({ name }: GetIdentityProviderRequest): Promise<IdentityProvider> {
    const provider = await this.providers.find(partsOf(identityProviderName, name, 'name'));
    if (!provider) throw identityProviderNotFound(name);
    return provider;
  }

  async list({ parent, ...page }: ListIdentityProvidersRequest): Promise<ListIdentityProvidersResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/identityProviders`, (after, limit) =>
      this.providers.list(organization, after, limit),
    );
    return { identityProviders: items, nextPageToken };
  }

  async update({ identityProvider, updateMask }: UpdateIdentityProviderRequest): Promise<IdentityProvider> {
    const provider = given('identity_provider', identityProvider);
    const { name, etag } = provider;
    const id = partsOf(identityProviderName, name, 'identity_provider.name');
    const fields = changedProvider(id.organization, provider, updateMask);
    await this.giving.requireRole(EVERYTHING);
    const updated = await this.providers.update(id, etag, fields);
    if (updated) return updated;
    throw (await this.providers.find(id)) ? etagMismatch(name) : identityProviderNotFound(name);
  }

  async delete({ name, etag }: DeleteIdentityProviderRequest): Promise<void> {
    const id = partsOf(identityProviderName, name, 'name');
    if (await this.providers.delete(id, etag)) return;
    throw (await this.providers.find(id)) ? etagMismatch(name) : identityProviderNotFound(name);
  }
}
