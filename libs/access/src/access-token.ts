import { Permission, type TokenKeyFact } from '@kelp/contract-account';
import { type CryptoKey, importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { AccessGraph } from './access-graph.js';
import type { Identity } from './authenticate.js';
import { kindOf, organizationOf } from './names.js';

/** Who signs tokens, and for whom. */
export const tokenIssuer = 'account.kelp';
export const tokenAudience = 'kelp';
/** What the header calls them, so that no other signed thing is taken for one. */
export const tokenType = 'at+jwt';
export const tokenAlgorithm = 'EdDSA';

/** What a token says, besides what every JWT does. */
export interface TokenClaims {
  /** `organizations/{organization}/users/{user}`. */
  readonly sub: string;
  /** `organizations/{organization}`. */
  readonly org: string;
  /** `…/sessions/{session}`. */
  readonly sid: string;
  /** The permissions that it may be used for at the most, separated by blanks; no bound where absent. */
  readonly scope?: string;
}

const BEARER = 'Bearer ';
const TOKEN = /^[\w-]{1,512}\.[\w-]{1,4096}\.[\w-]{86}$/;
const SKEW_SECONDS = 5;
const VERIFIED_MAX = 10_000;

/** What a token was found to say. What may have changed since is looked at each time. */
interface Verified {
  readonly identity: Identity;
  readonly session: string;
  readonly expireMs: number;
  readonly keyId: string;
  /** The key as it was: what another one of this name has signed is another token. */
  readonly key: TokenKeyFact | undefined;
}

/** An Ed25519 public key in the words of RFC 8037. */
export const jwkOf = (publicKey: Uint8Array): JWK => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: Buffer.from(publicKey).toString('base64url'),
});

/**
 * Verifies tokens from signing in, without a call: with the keys that the facts name. A token is verified once, and then
 * remembered; that its key, its session and its user still count is looked at each time.
 */
export class AccessTokens {
  #verified = new Map<string, Verified>();
  readonly #keys = new WeakMap<object, Promise<CryptoKey | Uint8Array>>();

  /** Who a token stands for, as `Bearer eyJ…`; undefined where it is not a good one. */
  async authenticate(graph: AccessGraph, credential: string, now = Date.now()): Promise<Identity | undefined> {
    const token = credential.startsWith(BEARER) ? credential.slice(BEARER.length) : '';
    if (!TOKEN.test(token)) return undefined;
    const known = this.#verified.get(token);
    const isSameKey = known && graph.facts.tokenKeys.get(known.keyId) === known.key;
    const verified = isSameKey ? known : await this.verify(graph, token);
    return verified && counts(graph, verified, now) ? verified.identity : undefined;
  }

  private async verify(graph: AccessGraph, token: string): Promise<Verified | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, ({ kid = '' }) => this.key(graph, kid), {
        algorithms: [tokenAlgorithm],
        issuer: tokenIssuer,
        audience: tokenAudience,
        typ: tokenType,
        requiredClaims: ['sub', 'org', 'sid', 'exp', 'iat'],
        clockTolerance: SKEW_SECONDS,
      });
      const verified = toVerified(graph, payload, protectedHeader.kid ?? '');
      if (!verified) return undefined;
      if (this.#verified.size >= VERIFIED_MAX) this.#verified = new Map();
      this.#verified.set(token, verified);
      return verified;
    } catch {
      return undefined; // nobody is told what is wrong
    }
  }

  private key(graph: AccessGraph, keyId: string): Promise<CryptoKey | Uint8Array> {
    const fact = graph.facts.tokenKeys.get(keyId);
    if (!fact) throw new Error('unknown key');
    const known = this.#keys.get(fact);
    if (known) return known;
    const key = importJWK(jwkOf(fact.publicKey), tokenAlgorithm);
    this.#keys.set(fact, key);
    return key;
  }
}

function toVerified({ facts }: AccessGraph, payload: JWTPayload, keyId: string): Verified | undefined {
  const { sub = '', exp = 0, org, sid, scope } = payload;
  if (typeof sid !== 'string' || kindOf(sub) !== 'users') return undefined;
  if (org !== organizationOf(sub) || !sid.startsWith(`${sub}/sessions/`)) return undefined;
  const scopes = scope === undefined ? undefined : scopesIn(scope);
  return {
    identity: { principal: sub, organization: org, isTest: false, session: sid, ...(scopes && { scopes }) },
    session: sid,
    expireMs: (exp + SKEW_SECONDS) * 1_000,
    keyId,
    key: facts.tokenKeys.get(keyId),
  };
}

/** A permission that this version does not know is none: it can be asked for nowhere here. */
const scopesIn = (scope: unknown): ReadonlySet<Permission> =>
  new Set(
    String(scope)
      .split(' ')
      .map(permissionOf)
      .filter((permission) => permission > Permission.UNSPECIFIED),
  );

function permissionOf(word: string): Permission {
  const permission: unknown = Permission[word as keyof typeof Permission];
  return typeof permission === 'number' ? permission : Permission.UNSPECIFIED;
}

function counts({ facts }: AccessGraph, { identity, session, expireMs, keyId }: Verified, now: number): boolean {
  const user = facts.users.get(identity.principal);
  return (
    now < expireMs &&
    facts.tokenKeys.has(keyId) &&
    !facts.endedSessions.has(session) &&
    user !== undefined &&
    facts.isActive(user)
  );
}
