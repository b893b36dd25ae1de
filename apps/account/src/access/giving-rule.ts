import { type AccessSource, permissionNotHeld } from '@kelp/access';
import type { Permission } from '@kelp/contract-account';
import { currentCall } from '@kelp/rpc';

/** Nobody gives others what they lack themselves. Operators and services, who act for nobody, give anything. */
export class GivingRule {
  constructor(private readonly access: AccessSource) {}

  /** @throws PERMISSION_NOT_HELD */
  requirePermissions(permissions: readonly Permission[]): void {
    const actor = currentCall()?.context.actor;
    if (!actor) return;
    const lacking = this.access.graph.lacking(actor, permissions);
    if (lacking !== undefined) throw permissionNotHeld(lacking);
  }

  /** @throws PERMISSION_NOT_HELD */
  requireRole(name: string): void {
    const actor = currentCall()?.context.actor;
    if (!actor || name === '') return;
    const lacking = this.access.graph.lackingOfRole(actor, name);
    if (lacking !== undefined) throw permissionNotHeld(lacking);
  }
}
