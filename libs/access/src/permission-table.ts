import { Permission, WorkspaceAccess } from '@kelp/contract-account';

/** What a role gives in the organization, and how far it goes in those workspaces to which somebody has access. */
export interface RoleRow {
  readonly organization: readonly Permission[];
  readonly workspace: readonly Permission[];
  /** Goes that far in every workspace, without any access to it. */
  readonly everywhere?: boolean;
}

const P = Permission;

const viewing = [P.WORKSPACES_VIEW, P.TEMPLATES_VIEW, P.COMMENTS_WRITE, P.ANALYTICS_VIEW];
const editing = [...viewing, P.TEMPLATES_EDIT, P.TEMPLATES_PUBLISH];

/** Every permission that holds in an organization as a whole. */
export const organizationPermissions: readonly Permission[] = [
  P.ORGANIZATION_VIEW,
  P.ORGANIZATION_MANAGE,
  P.USERS_VIEW,
  P.USERS_MANAGE,
  P.API_KEYS_MANAGE,
  P.CONNECTIONS_VIEW,
  P.CONNECTIONS_MANAGE,
  P.AUDIT_VIEW,
  P.WORKSPACES_MANAGE,
];

/** Every permission that holds in a workspace, and in those nested in it. */
export const workspacePermissions: readonly Permission[] = [...editing, P.TEMPLATES_RENDER, P.EMAILS_SEND, P.CODE_EDIT];

/** The roles that every organization has. */
export const roleTable = {
  'roles/admin': { organization: organizationPermissions, workspace: workspacePermissions, everywhere: true },
  'roles/developer': {
    organization: [P.ORGANIZATION_VIEW, P.USERS_VIEW, P.API_KEYS_MANAGE, P.CONNECTIONS_VIEW, P.CONNECTIONS_MANAGE],
    workspace: workspacePermissions,
  },
  'roles/editor': { organization: [P.ORGANIZATION_VIEW, P.USERS_VIEW], workspace: editing },
  'roles/viewer': { organization: [P.ORGANIZATION_VIEW], workspace: viewing },
} as const satisfies Record<string, RoleRow>;

export type BuiltInRole = keyof typeof roleTable;

/** What each access to a workspace gives there, as far as the role goes. */
export const accessTable: Readonly<Record<number, readonly Permission[]>> = {
  [WorkspaceAccess.VIEW]: viewing,
  [WorkspaceAccess.EDIT]: [...viewing, P.TEMPLATES_EDIT, P.CODE_EDIT, P.TEMPLATES_RENDER],
  [WorkspaceAccess.PUBLISH]: workspacePermissions,
};
