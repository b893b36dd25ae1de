import { ApiKey_Environment, type Permission } from '@kelp/contract-account';
import type { AccessGraph } from './access-graph.js';
import { hashOfToken, isApiKeyToken } from './api-key-token.js';
import { organizationOf } from './names.js';

/** Who a credential stands for. */
export interface Identity {
  /** `organizations/{organization}/users/{user}` or `organizations/{organization}/apiKeys/{api_key}`. */
  readonly principal: string;
  readonly organization: string;
  /** Nothing is ever sent on its behalf. */
  readonly isTest: boolean;
  /** The session of a user who has signed in: `…/sessions/{session}`. */
  readonly session?: string;
  /** What the credential may be used for at the most; no bound where absent. */
  readonly scopes?: ReadonlySet<Permission>;
}

const BEARER = 'Bearer ';

/** Who an API key stands for, as `Bearer kelp_live_…`; undefined where it is not a good one. */
export function authenticateKey(graph: AccessGraph, credential: string, now = Date.now()): Identity | undefined {
  if (!credential.startsWith(BEARER)) return undefined;
  const token = credential.slice(BEARER.length);
  if (!isApiKeyToken(token)) return undefined;
  const hash = hashOfToken(token);
  const principal = graph.facts.keysByHash.get(hash.toString('hex'));
  const key = principal === undefined ? undefined : graph.facts.keys.get(principal);
  if (!key) return undefined;
  if (key.expireTime && key.expireTime.getTime() <= now) return undefined;
  const isPresent = hash.equals(key.tokenHash);
  if (!isPresent && !(key.previousExpireTime && key.previousExpireTime.getTime() > now)) return undefined;
  return {
    principal: key.name,
    organization: organizationOf(key.name),
    isTest: key.environment !== ApiKey_Environment.LIVE,
  };
}
