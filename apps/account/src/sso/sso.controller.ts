import {
  type BeginSsoRequest,
  type BeginSsoResponse,
  type CreateDomainRequest,
  type CreateIdentityProviderRequest,
  type DeleteDomainRequest,
  type DeleteIdentityProviderRequest,
  type Domain,
  type FindIdentityProvidersRequest,
  type FindIdentityProvidersResponse,
  type FinishSsoRequest,
  type GetIdentityProviderRequest,
  type IdentityProvider,
  type ListDomainsRequest,
  type ListDomainsResponse,
  type ListIdentityProvidersRequest,
  type ListIdentityProvidersResponse,
  type SignInResponse,
  SsoContract,
  type UpdateIdentityProviderRequest,
  type VerifyDomainRequest,
} from '@kelp/contract-account';
import type { Empty } from '@kelp/contract-google';
import { GrpcController, type Service } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { StoreFilter } from '../store.filter.js';
import { DomainService } from './domain.service.js';
import { IdentityProviderService } from './identity-provider.service.js';
import { SsoService } from './sso.service.js';

/** The contract of signing in with identity providers, implemented. */
@UseFilters(StoreFilter)
@GrpcController(SsoContract)
export class SsoController implements Service<typeof SsoContract> {
  constructor(
    private readonly providers: IdentityProviderService,
    private readonly domains: DomainService,
    private readonly sso: SsoService,
  ) {}

  createIdentityProvider(request: CreateIdentityProviderRequest): Promise<IdentityProvider> {
    return this.providers.create(request);
  }

  getIdentityProvider(request: GetIdentityProviderRequest): Promise<IdentityProvider> {
    return this.providers.get(request);
  }

  listIdentityProviders(request: ListIdentityProvidersRequest): Promise<ListIdentityProvidersResponse> {
    return this.providers.list(request);
  }

  updateIdentityProvider(request: UpdateIdentityProviderRequest): Promise<IdentityProvider> {
    return this.providers.update(request);
  }

  async deleteIdentityProvider(request: DeleteIdentityProviderRequest): Promise<Empty> {
    await this.providers.delete(request);
    return {};
  }

  createDomain(request: CreateDomainRequest): Promise<Domain> {
    return this.domains.create(request);
  }

  verifyDomain(request: VerifyDomainRequest): Promise<Domain> {
    return this.domains.verify(request);
  }

  listDomains(request: ListDomainsRequest): Promise<ListDomainsResponse> {
    return this.domains.list(request);
  }

  async deleteDomain(request: DeleteDomainRequest): Promise<Empty> {
    await this.domains.delete(request);
    return {};
  }

  findIdentityProviders(request: FindIdentityProvidersRequest): Promise<FindIdentityProvidersResponse> {
    return this.sso.find(request);
  }

  beginSso(request: BeginSsoRequest): Promise<BeginSsoResponse> {
    return this.sso.begin(request);
  }

  finishSso(request: FinishSsoRequest): Promise<SignInResponse> {
    return this.sso.finish(request);
  }
}
