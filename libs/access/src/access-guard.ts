import type { Permission } from '@kelp/contract-account';
import type { Call, CallContext, Contract, Guard, GuardedRpc } from '@kelp/rpc';
import {
  accessUnknown,
  credentialInvalid,
  limitReached,
  operatorsOnly,
  otherOrganization,
  permissionMissing,
  usersOnly,
} from './access.errors.js';
import type { AccessSource } from './access-cache.js';
import { AccessTokens } from './access-token.js';
import { authenticateKey, type Identity } from './authenticate.js';
import { organizationOf, workspaceOf } from './names.js';
import { namesIn } from './names-in.js';
import { organizationPermissions } from './permission-table.js';
import { RateLimit } from './rate-limit.js';

/**
 * What users and keys need for an RPC: a permission, in the workspace that the request names, or somewhere in their
 * organization where it names none. `operators` may be called without a credential only, `anybody` with any; `users` by
 * users who have signed in, about themselves. `own` is for users about what is theirs, and for who has the permission.
 */
export type Requirement = Permission | 'operators' | 'anybody' | 'users' | { readonly own: Permission };

/** A requirement for each RPC of a contract: a new RPC without one does not compile. */
export type Requirements<C extends Contract> = { readonly [K in keyof C['definition']['methods']]: Requirement };

/** A contract, and what its RPCs need. */
export interface Guarded {
  readonly contract: Contract;
  readonly requirements: { readonly [method: string]: Requirement };
}

/** Puts a contract and what its RPCs need together. */
export const guarded = <C extends Contract>(contract: C, requirements: Requirements<C>): Guarded => ({
  contract,
  requirements: requirements as Guarded['requirements'],
});

export interface AccessGuardOptions {
  readonly source: AccessSource;
  readonly contracts: readonly Guarded[];
  /** Hears which key made a call. */
  onUse?(principal: string): void;
}

const holdsEverywhere: ReadonlySet<Permission> = new Set(organizationPermissions);

const identities = new WeakMap<Call, Identity>();

/** Who makes a call with a credential; undefined where a service or operator makes it without. */
export const identityOf = (call: Call): Identity | undefined => identities.get(call);

/**
 * The guard of a service. A call with a credential is made by its user or key: within their organization, as far as their
 * permissions go. A call without one is made by the service or operator of the certificate, and the call map says what
 * that may do. Either way, a call that is made for one organization names no other one's resources.
 */
export class AccessGuard implements Guard {
  readonly #requirements = new Map<unknown, Requirement>();
  readonly #tokens = new AccessTokens();
  readonly #limit = new RateLimit();

  constructor(private readonly options: AccessGuardOptions) {
    for (const { contract, requirements } of options.contracts)
      for (const [key, method] of Object.entries(contract.definition.methods))
        this.#requirements.set(method, requirements[key]!);
  }

  admit(call: Call, rpc: GuardedRpc): CallContext | Promise<CallContext> {
    const { credential } = call.context;
    if (credential === undefined || this.#requirements.get(rpc.method) === 'anybody') return call.context;
    const { graph, isFresh } = this.options.source;
    if (!isFresh) throw accessUnknown();
    const identity = authenticateKey(graph, credential);
    if (identity) return this.admitted(call, identity, rpc);
    return this.#tokens.authenticate(graph, credential).then((user) => this.admitted(call, user, rpc));
  }

  private admitted(call: Call, identity: Identity | undefined, { method }: GuardedRpc): CallContext {
    if (!identity) throw credentialInvalid();
    this.limit(identity);
    const requirement = this.#requirements.get(method);
    if (requirement === undefined || requirement === 'operators') throw operatorsOnly(method.name);
    if (requirement === 'users' && (!identity.session || identity.scopes)) throw usersOnly(method.name);
    identities.set(call, identity);
    this.options.onUse?.(identity.principal);
    return { ...call.context, organization: identity.organization, actor: identity.principal };
  }

  check(call: Call, request: unknown, { method }: GuardedRpc): void {
    const { organization } = call.context;
    const requirement = this.#requirements.get(method);
    if (organization === undefined || requirement === 'anybody') return;
    let workspace: string | undefined;
    for (const name of namesIn(request)) {
      if (organizationOf(name) !== organization) throw otherOrganization(name);
      workspace ??= workspaceOf(name);
    }
    const identity = identities.get(call);
    if (!identity || requirement === undefined || typeof requirement === 'string') return;
    const isOwn = typeof requirement === 'object' && !identity.scopes && isAllOf(identity.principal, request);
    if (isOwn) return;
    this.require(identity, typeof requirement === 'object' ? requirement.own : requirement, workspace);
  }

  private require({ principal, organization, scopes }: Identity, permission: Permission, workspace?: string): void {
    const { graph } = this.options.source;
    const allowed =
      holdsEverywhere.has(permission) || workspace
        ? graph.check(principal, permission, workspace ?? organization)
        : graph.checkSomewhere(principal, permission);
    if (!allowed || (scopes && !scopes.has(permission))) throw permissionMissing(permission, workspace ?? organization);
  }

  /** One's own limit first: who is over it takes nothing away from the others of the organization. */
  private limit({ principal, organization }: Identity): void {
    const { facts } = this.options.source.graph;
    const limits = [
      [principal, facts.keys.get(principal)?.callsPerMinute ?? 0],
      [organization, facts.organizations.get(organization)?.callsPerMinute ?? 0],
    ] as const;
    for (const [of, callsPerMinute] of limits) {
      const waitMs = this.#limit.take(of, callsPerMinute);
      if (waitMs > 0) throw limitReached(of, waitMs);
    }
  }
}

/** Whether a request names nothing but a user, and what is theirs. */
function isAllOf(user: string, request: unknown): boolean {
  for (const name of namesIn(request)) if (name !== user && !name.startsWith(`${user}/`)) return false;
  return true;
}
