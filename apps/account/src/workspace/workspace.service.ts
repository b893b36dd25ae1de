import type {
  CreateWorkspaceRequest,
  DeleteWorkspaceRequest,
  GetWorkspaceRequest,
  ListWorkspacesRequest,
  ListWorkspacesResponse,
  UpdateWorkspaceRequest,
  Workspace,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
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
  ) {}

  /** The request's id becomes the workspace's, so that a second call finds what the first one made. */
  async create({ parent, workspace, requestId }: CreateWorkspaceRequest): Promise<Workspace> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const displayName = newDisplayName('workspace', workspace);
    const id = { organization, workspace: requestId || uuidv7() };
    const created = (await this.workspaces.create(id, displayName)) ?? (await this.workspaces.find(id));
    if (created) return created;
    throw (await this.workspaces.isTaken(id.workspace)) ? requestIdReused(requestId) : workspaceExists(displayName);
  }

  async get({ name }: GetWorkspaceRequest): Promise<Workspace> {
    const workspace = await this.workspaces.find(partsOf(workspaceName, name, 'name'));
    if (!workspace) throw workspaceNotFound(name);
    return workspace;
  }

  async list({ parent, ...page }: ListWorkspacesRequest): Promise<ListWorkspacesResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/workspaces`, (after, limit) =>
      this.workspaces.list(organization, after, limit),
    );
    if (items.length === 0 && !(await this.organizations.find(organization))) throw organizationNotFound(parent);
    return { workspaces: items, nextPageToken };
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
