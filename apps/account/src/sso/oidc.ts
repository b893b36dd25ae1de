import { createHash } from 'node:crypto';
import * as oidc from 'openid-client';
import type { outsideFetch } from './outside-fetch.js';

const TIMEOUT_SECONDS = 10;
/** How long what a provider says of itself is relied on. */
const FRESH_MS = 10 * 60_000;
const KNOWN_MAX = 1_000;

/** An identity provider, as it is spoken with. */
export interface OidcProvider {
  /** Another one after each change. */
  readonly version: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a provider says of somebody. */
export interface OidcUser {
  readonly subject: string;
  readonly email: string;
  readonly displayName: string;
}

interface Known {
  readonly untilMs: number;
  readonly configuration: Promise<oidc.Configuration>;
}

/** Speaks OpenID Connect: authorization code, with PKCE, a nonce and signed ID tokens. */
export class Oidc {
  readonly #known = new Map<string, Known>();

  /** @param redirectUrl where browsers come back to */
  constructor(
    private readonly redirectUrl: string,
    private readonly fetch: ReturnType<typeof outsideFetch>,
  ) {}

  /**
   * Where to send a browser.
   * @param browserToken what it keeps: PKCE's verifier and the nonce follow from it, so that they are nowhere else
   * @throws where the provider cannot be asked what it is like
   */
  async authorizationUrl(provider: OidcProvider, state: string, browserToken: string): Promise<string> {
    const configuration = await this.configuration(provider);
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUrl,
      scope: 'openid email profile',
      state,
      nonce: derived('nonce', browserToken),
      code_challenge: await oidc.calculatePKCECodeChallenge(derived('verifier', browserToken)),
      code_challenge_method: 'S256',
    });
    return url.href;
  }

  /**
   * Who came back.
   * @throws where it is nobody: with what OAuth or OpenID Connect say is wrong
   */
  async user(provider: OidcProvider, query: string, state: string, browserToken: string): Promise<OidcUser> {
    const configuration = await this.configuration(provider);
    const url = new URL(this.redirectUrl);
    url.search = query;
    const tokens = await oidc.authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: derived('verifier', browserToken),
      expectedState: state,
      expectedNonce: derived('nonce', browserToken),
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    const said =
      claims.email === undefined
        ? { ...claims, ...(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)) }
        : claims;
    const email = typeof said.email === 'string' && said.email_verified !== false ? said.email.toLowerCase() : '';
    const name = typeof said.name === 'string' ? said.name.replaceAll('\0', '').trim() : '';
    return { subject: claims.sub, email, displayName: [...(name || email)].slice(0, 100).join('') };
  }

  private configuration(provider: OidcProvider): Promise<oidc.Configuration> {
    const known = this.#known.get(provider.version);
    if (known && known.untilMs > Date.now()) return known.configuration;
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    const configuration = this.discover(provider);
    this.#known.set(provider.version, { untilMs: Date.now() + FRESH_MS, configuration });
    configuration.catch(() => this.#known.delete(provider.version));
    return configuration;
  }

  private async discover({ issuer, clientId, clientSecret }: OidcProvider): Promise<oidc.Configuration> {
    const configuration = await oidc.discovery(
      new URL(issuer),
      clientId,
      undefined,
      (server, client, body, headers) => {
        const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
        const authenticate = methods.includes('client_secret_basic') ? oidc.ClientSecretBasic : oidc.ClientSecretPost;
        authenticate(clientSecret)(server, client, body, headers);
      },
      { [oidc.customFetch]: this.fetch as oidc.CustomFetch, timeout: TIMEOUT_SECONDS },
    );
    // The token came over TLS from the provider; that it also signed it costs little to see.
    oidc.enableNonRepudiationChecks(configuration);
    return configuration;
  }
}

const derived = (what: string, browserToken: string): string =>
  createHash('sha256').update(`${what} ${browserToken}`).digest('base64url');
