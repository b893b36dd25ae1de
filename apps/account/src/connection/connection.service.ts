import type {
  Connection,
  CreateConnectionRequest,
  DeleteConnectionRequest,
  GetConnectionRequest,
  ListConnectionsRequest,
  ListConnectionsResponse,
  UpdateConnectionRequest,
} from '@kelp/contract-account';
import { uuidv7 } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { etagMismatch, requestIdReused } from '../account.errors.js';
import { given } from '../account.fields.js';
import { connectionName, organizationName, partsOf } from '../account.names.js';
import { organizationNotFound } from '../organization/organization.errors.js';
import { OrganizationRepository } from '../organization/organization.repository.js';
import { pageOf } from '../page.js';
import { connectionNotFound } from './connection.errors.js';
import { changedFields, newFields } from './connection.fields.js';
import { ConnectionRepository } from './connection.repository.js';

/** What people do to connections. */
@Injectable()
export class ConnectionService {
  constructor(
    private readonly organizations: OrganizationRepository,
    private readonly connections: ConnectionRepository,
  ) {}

  /** The request's id becomes the connection's, so that a second call finds what the first one made. */
  async create(request: CreateConnectionRequest): Promise<Connection> {
    const { organization } = partsOf(organizationName, request.parent, 'parent');
    const connection = given('connection', request.connection);
    const fields = newFields(connection);
    const id = { organization, connection: request.requestId || uuidv7() };
    const created = await this.connections.create(id, connection.provider, fields);
    const result = created ?? (await this.connections.find(id));
    if (!result) throw requestIdReused(request.requestId); // another organization's, or deleted since
    return result;
  }

  async get({ name }: GetConnectionRequest): Promise<Connection> {
    const connection = await this.connections.find(partsOf(connectionName, name, 'name'));
    if (!connection) throw connectionNotFound(name);
    return connection;
  }

  async list({ parent, ...page }: ListConnectionsRequest): Promise<ListConnectionsResponse> {
    const { organization } = partsOf(organizationName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/connections`, (after, limit) =>
      this.connections.list(organization, after, limit),
    );
    if (items.length === 0 && !(await this.organizations.find(organization))) throw organizationNotFound(parent);
    return { connections: items, nextPageToken };
  }

  /** Looks at what never changes, the provider; then one statement, so that nothing comes between. */
  async update(request: UpdateConnectionRequest): Promise<Connection> {
    const connection = given('connection', request.connection);
    const { name, etag } = connection;
    const id = partsOf(connectionName, name, 'connection.name');
    const current = await this.connections.find(id);
    if (!current) throw connectionNotFound(name);
    const fields = changedFields(connection, current.provider, request.updateMask);
    const updated = await this.connections.update(id, etag, fields);
    if (updated) return updated;
    throw (await this.connections.find(id)) ? etagMismatch(name) : connectionNotFound(name);
  }

  async delete({ name, etag }: DeleteConnectionRequest): Promise<void> {
    const id = partsOf(connectionName, name, 'name');
    if (await this.connections.delete(id, etag)) return;
    throw (await this.connections.find(id)) ? etagMismatch(name) : connectionNotFound(name);
  }
}
