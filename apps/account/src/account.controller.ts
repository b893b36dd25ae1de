import {
  AccountContract,
  type Connection,
  type CreateConnectionRequest,
  type CreateOrganizationRequest,
  type CreateWorkspaceRequest,
  type DeleteConnectionRequest,
  type DeleteOrganizationRequest,
  type DeleteWorkspaceRequest,
  type GetConnectionRequest,
  type GetOrganizationRequest,
  type GetWorkspaceRequest,
  type ListConnectionsRequest,
  type ListConnectionsResponse,
  type ListOrganizationsRequest,
  type ListOrganizationsResponse,
  type ListWorkspacesRequest,
  type ListWorkspacesResponse,
  type Organization,
  type UpdateConnectionRequest,
  type UpdateOrganizationRequest,
  type UpdateWorkspaceRequest,
  type WatchConnectionsRequest,
  type WatchConnectionsResponse,
  type Workspace,
} from '@kelp/contract-account';
import type { Empty } from '@kelp/contract-google';
import { type Call, GrpcController, type Service, sendItems } from '@kelp/rpc';
import { UseFilters } from '@nestjs/common';
import { ConnectionService } from './connection/connection.service.js';
import { ConnectionFeed } from './connection/connection-feed.js';
import { OrganizationService } from './organization/organization.service.js';
import { StoreFilter } from './store.filter.js';
import { WorkspaceService } from './workspace/workspace.service.js';

/** The contract of accounts, implemented: each resource by its service. */
@UseFilters(StoreFilter)
@GrpcController(AccountContract)
export class AccountController implements Service<typeof AccountContract> {
  constructor(
    private readonly organizations: OrganizationService,
    private readonly workspaces: WorkspaceService,
    private readonly connections: ConnectionService,
    private readonly feed: ConnectionFeed,
  ) {}

  createOrganization(request: CreateOrganizationRequest): Promise<Organization> {
    return this.organizations.create(request);
  }

  getOrganization(request: GetOrganizationRequest): Promise<Organization> {
    return this.organizations.get(request);
  }

  listOrganizations(request: ListOrganizationsRequest): Promise<ListOrganizationsResponse> {
    return this.organizations.list(request);
  }

  updateOrganization(request: UpdateOrganizationRequest): Promise<Organization> {
    return this.organizations.update(request);
  }

  async deleteOrganization(request: DeleteOrganizationRequest): Promise<Empty> {
    await this.organizations.delete(request);
    return {};
  }

  createWorkspace(request: CreateWorkspaceRequest): Promise<Workspace> {
    return this.workspaces.create(request);
  }

  getWorkspace(request: GetWorkspaceRequest): Promise<Workspace> {
    return this.workspaces.get(request);
  }

  listWorkspaces(request: ListWorkspacesRequest, call: Call): Promise<ListWorkspacesResponse> {
    return this.workspaces.list(request, call);
  }

  updateWorkspace(request: UpdateWorkspaceRequest): Promise<Workspace> {
    return this.workspaces.update(request);
  }

  async deleteWorkspace(request: DeleteWorkspaceRequest): Promise<Empty> {
    await this.workspaces.delete(request);
    return {};
  }

  createConnection(request: CreateConnectionRequest): Promise<Connection> {
    return this.connections.create(request);
  }

  getConnection(request: GetConnectionRequest): Promise<Connection> {
    return this.connections.get(request);
  }

  listConnections(request: ListConnectionsRequest): Promise<ListConnectionsResponse> {
    return this.connections.list(request);
  }

  updateConnection(request: UpdateConnectionRequest): Promise<Connection> {
    return this.connections.update(request);
  }

  async deleteConnection(request: DeleteConnectionRequest): Promise<Empty> {
    await this.connections.delete(request);
    return {};
  }

  async *watchConnections(
    requests: AsyncIterable<WatchConnectionsRequest>,
    call: Call,
  ): AsyncIterable<WatchConnectionsResponse> {
    yield* sendItems(requests, call, { open: (resumeToken, signal) => this.feed.changes(resumeToken, signal) });
  }
}
