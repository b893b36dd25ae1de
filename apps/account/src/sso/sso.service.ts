import type {
  BeginSsoRequest,
  BeginSsoResponse,
  FindIdentityProvidersRequest,
  FindIdentityProvidersResponse,
  FinishSsoRequest,
  SignInResponse,
} from '@kelp/contract-account';
import type { Logger } from '@kelp/telemetry';
import { Injectable } from '@nestjs/common';
import { identityProviderName, partsOf } from '../account.names.js';
import type { Database } from '../database.js';
import { hashOf, newToken } from '../sign-in/secret-token.js';
import { signInRefused } from '../sign-in/sign-in.errors.js';
import type { SignInService } from '../sign-in/sign-in.service.js';
import type { DomainRepository } from './domain.repository.js';
import type { IdentityProviderRepository } from './identity-provider.repository.js';
import type { Oidc, OidcUser } from './oidc.js';
import { identityProviderNotFound, identityProviderUnavailable } from './sso.errors.js';
import type { SsoRequestRepository } from './sso-request.repository.js';
import type { UserIdentityRepository } from './user-identity.repository.js';

const REQUEST_MS = 10 * 60_000;
const CHOICES_MAX = 20;

/** Lets people in whom their organization's identity provider knows. */
@Injectable()
export class SsoService {
  constructor(
    private readonly database: Database,
    private readonly providers: IdentityProviderRepository,
    private readonly domains: DomainRepository,
    private readonly requests: SsoRequestRepository,
    private readonly identities: UserIdentityRepository,
    private readonly signIns: SignInService,
    private readonly oidc: Oidc,
    private readonly log: Logger,
  ) {}

  async find({ email }: FindIdentityProvidersRequest): Promise<FindIdentityProvidersResponse> {
    const domain = email.toLowerCase().split('@').at(-1) ?? '';
    const organization = await this.domains.ownerOf(domain);
    const providers = organization ? await this.providers.list(organization, undefined, CHOICES_MAX) : [];
    return { choices: providers.map(({ name, displayName }) => ({ identityProvider: name, displayName })) };
  }

  async begin({ identityProvider: name, client, scopes }: BeginSsoRequest): Promise<BeginSsoResponse> {
    const id = partsOf(identityProviderName, name, 'identity_provider');
    const provider = await this.providers.usable(id);
    if (!provider) throw identityProviderNotFound(name);
    const [state, browserToken] = [newToken(), newToken()];
    const authorizationUrl = await this.oidc.authorizationUrl(provider, state, browserToken).catch((error: unknown) => {
      throw identityProviderUnavailable(name, error);
    });
    const { userAgent = '', address = '' } = client ?? {};
    const expireTime = new Date(Date.now() + REQUEST_MS);
    const hashes = { stateHash: hashOf(state), browserHash: hashOf(browserToken) };
    await this.requests.add({ ...id, scopes, userAgent, address }, hashes, expireTime);
    return { authorizationUrl, browserToken, expireTime };
  }

  async finish({ callbackQuery, browserToken }: FinishSsoRequest): Promise<SignInResponse> {
    const state = new URLSearchParams(callbackQuery).get('state') ?? '';
    const request = await this.requests.take(hashOf(state), hashOf(browserToken));
    if (!request) throw signInRefused();
    const { organization, identityProvider, ...signedIn } = request;
    const id = { organization, identityProvider };
    const provider = await this.providers.usable(id);
    if (!provider) throw signInRefused();
    let known: OidcUser;
    try {
      known = await this.oidc.user(provider, callbackQuery, state, browserToken);
    } catch (error) {
      // Whoever set the provider up reads here why; who signs in need not know.
      this.log.warn({ err: error, provider: identityProviderName.format(id) }, 'an identity provider let nobody in');
      throw signInRefused();
    }
    const user = await this.database.inOrganization(organization, (transaction) =>
      this.identities.userOf(transaction, id, provider, known),
    );
    if (!user) throw signInRefused();
    return await this.signIns.begin({ organization, user }, { ...signedIn, totp: false });
  }
}
