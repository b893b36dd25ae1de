import {
  type CreateWorkspaceRequest,
  type DeleteWorkspaceRequest,
  type GetWorkspaceRequest,
  type ListWorkspacesRequest,
  type ListWorkspacesResponse,
  Permission,
  type UpdateWorkspaceRequest,
  type Workspace,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import type { Call } from '@kelp/rpc';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { etagMismatch, requestIdReused } from '../account.errors.js';
import { changedDisplayName, given, newDisplayName } from '../account.fields.js';
import { organizationName, partsOf, workspaceName } from '../account.names.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import { OrganizationRepository } from '../organization/organization.repository.js';
import { pageOf } from '../page.js';
import { workspaceExists, workspaceNotFound } from './workspace.errors.js';
import { WorkspaceRepository } from './workspace.repository.js';

/** What people do to workspaces. */
@Injectable()
export class WorkspaceService {
  constructor(
    private readonly organizations: OrganizationRepository,
    private readonly workspaces: WorkspaceRepository,
    private readonly access: AccessService,
  ) {}

  /** The request's id becomes the workspace's, so that a second call finds what the first one made. */
  async create({ parent, workspace, requestId }: CreateWorkspaceRequest): Promise<Workspace> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const displayName = newDisplayName('workspace', workspace);
    const around = parentOf(organization, workspace?.parentWorkspace ?? '');
    const id = { organization, workspace: requestId || uuidv7() };
    const created =
      (await this.workspaces.create(id, { displayName, parent: around })) ?? (await this.workspaces.find(id));
    if (created) return created;
    throw (await this.workspaces.isTaken(id.workspace)) ? requestIdReused(requestId) : workspaceExists(displayName);
  }

  async get({ name }: GetWorkspaceRequest): Promise<Workspace> {
    const workspace = await this.workspaces.find(partsOf(workspaceName, name, 'name'));
    if (!workspace) throw workspaceNotFound(name);
    return workspace;
  }

  /** Those that the caller may see. */
  async list({ parent, ...page }: ListWorkspacesRequest, call: Call): Promise<ListWorkspacesResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const visible = await this.visible(call);
    const { items, nextPageToken } = await pageOf(page, `${parent}/workspaces`, (after, limit) =>
      this.workspaces.list(organization, after, limit, visible),
    );
    if (items.length === 0 && !(await this.organizations.find(organization))) throw organizationNotFound(parent);
    return { workspaces: items, nextPageToken };
  }

  /** The last parts of the names of those that a user or key may see; undefined where that is all of them. */
  private async visible({ context: { actor }, signal }: Call): Promise<string[] | undefined> {
    if (!actor) return undefined;
    const question = { principal: actor, permission: Permission.WORKSPACES_VIEW };
    const names = await this.access.workspaces(question, signal);
    return names?.flatMap((name) => workspaceName.parse(name)?.workspace ?? []);
  }

  /** One statement, so that nothing comes between looking and changing. */
  async update(request: UpdateWorkspaceRequest): Promise<Workspace> {
    const workspace = given('workspace', request.workspace);
    const { name, etag } = workspace;
    const id = partsOf(workspaceName, name, 'workspace.name');
    const displayName = changedDisplayName('workspace', workspace, request.updateMask);
    const updated = await this.workspaces.update(id, etag, displayName);
    if (updated) return updated;
    throw (await this.workspaces.find(id)) ? etagMismatch(name) : workspaceNotFound(name);
  }

  async delete({ name, etag }: DeleteWorkspaceRequest): Promise<void> {
    const id = partsOf(workspaceName, name, 'name');
    if (await this.workspaces.delete(id, etag)) return;
    throw (await this.workspaces.find(id)) ? etagMismatch(name) : workspaceNotFound(name);
  }
}

/** The last part of the name of the workspace around a new one. @throws WORKSPACE_NOT_FOUND for one of another organization */
function parentOf(organization: string, name: string): string | undefined {
  if (name === '') return undefined;
  const parts = partsOf(workspaceName, name, 'workspace.parent_workspace');
  if (parts.organization !== organization) throw workspaceNotFound(name);
  return parts.workspace;
}
