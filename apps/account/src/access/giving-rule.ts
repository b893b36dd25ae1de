import { identityOf, permissionNotHeld } from '@kelp/access';
import type { Permission } from '@kelp/contract-account';
import { type Call, currentCall } from '@kelp/rpc';
import type { AccessFeed } from './access-feed.js';

/**
 * Nobody gives others what they lack themselves, as of now: what was taken from them a moment ago, at any process, counts;
 * and nothing that the scopes of their token leave out. Operators and services, who act for nobody, give anything.
 */
export class GivingRule {
  constructor(private readonly access: AccessFeed) {}

  /** @throws PERMISSION_NOT_HELD, STORE_UNAVAILABLE */
  async requirePermissions(permissions: readonly Permission[]): Promise<void> {
    const call = currentCall();
    if (!acts(call)) return;
    const graph = await this.access.current(call.signal);
    const lacking = graph.lacking(call.context.actor, permissions) ?? leftOut(call, permissions);
    if (lacking !== undefined) throw permissionNotHeld(lacking);
  }

  /** @throws PERMISSION_NOT_HELD, STORE_UNAVAILABLE */
  async requireRole(name: string): Promise<void> {
    const call = currentCall();
    if (!acts(call) || name === '') return;
    const graph = await this.access.current(call.signal);
    const { organization = [], workspace = [] } = graph.facts.role(name) ?? {};
    const lacking = graph.lackingOfRole(call.context.actor, name) ?? leftOut(call, [...organization, ...workspace]);
    if (lacking !== undefined) throw permissionNotHeld(lacking);
  }
}

/** The first of these permissions that the scopes of the caller's token leave out. */
function leftOut(call: Call, permissions: readonly Permission[]): Permission | undefined {
  const scopes = identityOf(call)?.scopes;
  return scopes && permissions.find((permission) => !scopes.has(permission));
}

/** Whether the call is made for somebody. */
const acts = (call: Call | undefined): call is Call & { context: { actor: string } } => Boolean(call?.context.actor);
